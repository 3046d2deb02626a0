"""Keeping images, and throwing away what nothing needs."""

import secrets
from datetime import datetime

from sqlalchemy import delete

from participatie.core.db import db
from participatie.media import queries
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.rules import KEY_LENGTH, Encoding
from participatie.media.storage import Storage

AT_ONCE = 500


def keep(picture: Picture, *, storage: Storage, now: datetime) -> Image:
    """An image with its files; the caller ties it to what shows it, in the same transaction."""
    image = Image(
        key=secrets.token_hex(KEY_LENGTH // 2),
        width=picture.width,
        height=picture.height,
        made_at=now,
    )
    for (width, encoding), content in picture.files.items():
        storage.put(image.key, file_name(width, encoding), content)
    db.session.add(image)
    db.session.flush()
    return image


def file_name(width: int, encoding: Encoding) -> str:
    """How the file of an image is called in the storage."""
    return f"{width}.{encoding}"


def throw_unused_away(*, storage: Storage) -> int:
    """Delete the images that nothing points at, with their files; how many there were.

    The rows go first: a row that somebody needs after all keeps its files, by its foreign key.
    """
    gone = db.session.scalars(queries.unused().limit(AT_ONCE)).all()
    db.session.execute(delete(Image).where(Image.id.in_([image.id for image in gone])))
    for image in gone:
        storage.delete(image.key)
    return len(gone)


def throw_strays_away(*, storage: Storage, before: datetime) -> int:
    """Delete files older than `before` without a row, of sending that broke off; how many."""
    number, batch = 0, list[str]()
    for key in storage.keys(before):
        batch.append(key)
        if len(batch) == AT_ONCE:
            number += _throw_strays_away(batch, storage=storage)
            batch.clear()
    return number + _throw_strays_away(batch, storage=storage)


def _throw_strays_away(keys: list[str], *, storage: Storage) -> int:
    strays = set(keys) - set(db.session.scalars(queries.with_keys(keys)))
    for key in strays:
        storage.delete(key)
    return len(strays)
