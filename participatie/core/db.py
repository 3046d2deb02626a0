"""The database: one base class for all models, and the shapes their columns share."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Enum, Identity, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model inherits: bigint numbers, moments with a time zone, text without length."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={int: BigInteger, datetime: DateTime(timezone=True), str: Text},
    )


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
"""The number of a row, given by the database."""


def enum_column(members: type[StrEnum]) -> Enum:
    """A checked VARCHAR for `members`, stored by value.

    Not a PostgreSQL type: two slices with an enum called `State` would collide there.
    """
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=members.__name__.lower(),
        values_callable=_values,
        validate_strings=True,
    )


def _values(members: Iterable[StrEnum]) -> list[str]:
    return [member.value for member in members]
