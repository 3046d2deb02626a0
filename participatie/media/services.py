"""Keeping images and documents, and throwing away what nothing needs."""

import secrets
from datetime import datetime

from sqlalchemy import delete

from participatie.core.db import db
from participatie.media import queries
from participatie.media.documents import Checked
from participatie.media.models import Document, Image
from participatie.media.pictures import Picture
from participatie.media.rules import KEY_LENGTH, DocumentKind, Encoding
from participatie.media.storage import Storage

AT_ONCE = 500


def keep(picture: Picture, *, storage: Storage, now: datetime) -> Image:
    """An image with its files; the caller ties it to what shows it, in the same transaction."""
    image = Image(
        key=_new_key(),
        width=picture.width,
        height=picture.height,
        made_at=now,
    )
    for (width, encoding), content in picture.files.items():
        storage.put(image.key, file_name(width, encoding), content)
    db.session.add(image)
    db.session.flush()
    return image


def keep_document(checked: Checked, title: str, *, storage: Storage, now: datetime) -> Document:
    """A document with its file; the caller ties it to what shows it, in the same transaction."""
    document = Document(
        key=_new_key(),
        title=title,
        kind=checked.kind,
        size=len(checked.content),
        made_at=now,
    )
    storage.put(document.key, document_file(checked.kind), checked.content)
    db.session.add(document)
    db.session.flush()
    return document


def _new_key() -> str:
    return secrets.token_hex(KEY_LENGTH // 2)


def document_file(kind: DocumentKind) -> str:
    """How the file of a document is called in the storage."""
    return f"document.{kind}"


def file_name(width: int, encoding: Encoding) -> str:
    """How the file of an image is called in the storage."""
    return f"{width}.{encoding}"


def throw_unused_away(*, storage: Storage) -> int:
    """Delete the images and documents that nothing points at, with their files; how many.

    The rows go first: a row that somebody needs after all keeps its files, by its foreign key.
    """
    return sum(_throw_unused_away(kind, storage=storage) for kind in (Image, Document))


def _throw_unused_away(kind: type[Image] | type[Document], *, storage: Storage) -> int:
    gone = db.session.scalars(queries.unused(kind).limit(AT_ONCE)).all()
    db.session.execute(delete(kind).where(kind.id.in_([one.id for one in gone])))
    for one in gone:
        storage.delete(one.key)
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
