"""The photo of a budget itself: one, with what there is to see on it."""

from datetime import datetime
from typing import Any

from participatie.budget.models.budgets import Budget
from participatie.contributions.services import written_line
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed, NotFound
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.rules import DESCRIPTION_LENGTH
from participatie.media.storage import Storage


def show_photo(
    budget: Budget,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> Image:
    """Show this photo, instead of the one before. Raises `NotAllowed`, `Invalid` for a field."""
    _refuse_others(actor)
    said = written_line(description, DESCRIPTION_LENGTH, field="description")
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    db.session.flush()
    budget.image_id = image.id
    _note("budget.own_photo", budget, actor=actor, now=now, image_id=image.id)
    return image


def describe_photo(budget: Budget, description: str, *, actor: Actor, now: datetime) -> None:
    """Say otherwise what there is to see. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    _refuse_others(actor)
    if budget.image is None:
        raise NotFound
    budget.image.description = written_line(description, DESCRIPTION_LENGTH, field="description")
    _note("budget.own_photo_words", budget, actor=actor, now=now, image_id=budget.image_id)


def take_photo_away(budget: Budget, *, actor: Actor, now: datetime) -> None:
    """Show no photo any more. Raises `NotAllowed`, `NotFound`."""
    _refuse_others(actor)
    if budget.image_id is None:
        raise NotFound
    _note("budget.own_photo_drop", budget, actor=actor, now=now, image_id=budget.image_id)
    budget.image_id = None


def _note(act: str, budget: Budget, *, actor: Actor, now: datetime, **detail: Any) -> None:
    subject = f"budget/{budget.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)


def _refuse_others(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality chooses the photo of a budget."))
