"""The griffie shows a photo with a process."""

from datetime import datetime

from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.rules import DESCRIPTION_LENGTH
from participatie.media.storage import Storage
from participatie.processes.models import Process
from participatie.processes.services.drafting import hold, line, note


def show(
    process: Process,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> Image:
    """Show this photo, instead of the one before; that one is thrown away later.

    Raises `Conflict` for what is archived, and `Invalid` for a field.
    """
    hold(process)
    said = line(description, DESCRIPTION_LENGTH, field="description")
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    process.photo_id = image.id
    note("processes.show_photo", process, actor=actor, now=now, image=image.id)
    return image


def describe(process: Process, description: str, *, actor: Actor, now: datetime) -> None:
    """Say better what there is to see on it. Raises `NotFound`, `Conflict`, and `Invalid`."""
    hold(process)
    if process.photo_id is None:
        raise NotFound
    image = db.session.get_one(Image, process.photo_id)
    image.description = line(description, DESCRIPTION_LENGTH, field="description")
    note("processes.describe_photo", process, actor=actor, now=now, image=image.id)


def take_away(process: Process, *, actor: Actor, now: datetime) -> None:
    """Show no photo any more. Raises `NotFound`, and `Conflict` for what is archived."""
    hold(process)
    if process.photo_id is None:
        raise NotFound
    note("processes.take_photo_away", process, actor=actor, now=now, image=process.photo_id)
    process.photo_id = None
