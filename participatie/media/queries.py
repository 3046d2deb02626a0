"""Finding images and documents that nothing needs."""

from typing import Any

from sqlalchemy import Column, CompoundSelect, Select, exists, select, union_all

from participatie.core.db import Base
from participatie.media.models import Document, Image


def unused(kind: type[Image] | type[Document]) -> Select[Any]:
    """Those that no row of any table points at, kept for who throws them away now."""
    return (
        select(kind)
        .where(*(~exists().where(column == kind.id) for column in _pointing_at(kind)))
        .order_by(kind.id)
        .with_for_update(skip_locked=True)
    )


def _pointing_at(kind: type[Image] | type[Document]) -> list[Column[int]]:
    """Every foreign key to it: slices above say here what they need, without being named."""
    number = kind.__table__.c.id
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is number for key in column.foreign_keys)
    ]


def with_keys(keys: list[str]) -> CompoundSelect[str]:
    """Those of `keys` that are the key of an image or a document."""
    return union_all(
        select(Image.key).where(Image.key.in_(keys)),
        select(Document.key).where(Document.key.in_(keys)),
    )
