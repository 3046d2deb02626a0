"""The database: one base class for all models, and the shapes their columns share."""

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Enum,
    Identity,
    MetaData,
    Text,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from participatie.core import clock
from participatie.core.errors import NotFound
from participatie.core.patience import hurry, is_silent

IDLE = 0.5
"""Seconds without use after which a connection is asked whether it still lives."""

_USED = "participatie.used"

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


ALONE = "alone"
"""The engine on which each statement stands alone, without a transaction round it."""


class _Session(Session):
    """One that only reads asks on the engine for that."""

    def get_bind(self, *args: Any, **named: Any) -> Engine | Connection:
        found = super().get_bind(*args, **named)
        if ALONE in self.info and isinstance(found, Engine):
            return self._db.engines[ALONE]
        return found


db = SQLAlchemy(
    metadata=Base.metadata, session_options={"class_": _Session, "expire_on_commit": False}
)


def alone() -> AbstractContextManager[Connection]:
    """Where to run one statement that stands alone."""
    engine = cast(Engine | Connection, db.engine)  # a test puts its one connection in this place
    return db.engines[ALONE].connect() if isinstance(engine, Engine) else nullcontext(engine)


def let_go() -> None:
    """Use no connection more that lies ready: the database was away since."""
    for engine in db.engines.values():
        engine.dispose()


def hold_row(row: Base, *names: str) -> None:
    """Let nobody else change `row` in this transaction, and read these columns of it anew.

    Raises `NotFound` when it is gone by now.
    """
    try:
        db.session.refresh(row, names or None, with_for_update=True)
    except InvalidRequestError:
        raise NotFound from None


def only_read() -> None:
    """Read what this page shows without a transaction, which costs two round trips.

    Each question sees what is committed by then, as it does in a transaction too. A service that
    changes something has no place on such a page.
    """
    db.session().info[ALONE] = True


def _hear_the_time(connection: DBAPIConnection) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT clock_timestamp()")
    if row := cursor.fetchone():
        clock.heard(row[0])
    connection.rollback()


@event.listens_for(Pool, "connect")
def _hear_the_time_first(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if clock.is_due():
        _hear_the_time(connection)


@event.listens_for(Pool, "checkin")
def _note_when_used(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()
    hurry(connection)


@event.listens_for(Pool, "checkout")
def _ask_whether_it_lives(
    connection: DBAPIConnection, record: ConnectionPoolEntry, _fairy: PoolProxiedConnection
) -> None:
    """Replace a connection that died while nobody used it, as after a restart of the database.

    SQLAlchemy's own `pool_pre_ping` asks at every use, twice a request, which is a tenth of the
    cost of a vote; a connection that was used a moment ago is not asked.
    """
    if is_silent(connection):
        raise DisconnectionError
    quiet = time.monotonic() - record.info.get(_USED, time.monotonic())
    if quiet < IDLE and not clock.is_due():
        return
    try:
        _hear_the_time(connection)
    except Exception as dead:
        raise DisconnectionError from dead


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
