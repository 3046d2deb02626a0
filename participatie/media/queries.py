"""Finding images that nothing needs."""

from sqlalchemy import Column, Select, exists, select

from participatie.core.db import Base
from participatie.media.models import Image


def unused() -> Select[Image]:
    """The images that no row of any table points at, kept for who throws them away now."""
    return (
        select(Image)
        .where(*(~exists().where(column == Image.id) for column in _pointing_at_images()))
        .order_by(Image.id)
        .with_for_update(skip_locked=True)
    )


def _pointing_at_images() -> list[Column[int]]:
    """Every foreign key to an image: slices above say here what they need, without being named."""
    number = Image.__table__.c.id
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is number for key in column.foreign_keys)
    ]


def with_keys(keys: list[str]) -> Select[str]:
    """Those of `keys` that are the key of an image."""
    return select(Image.key).where(Image.key.in_(keys))
