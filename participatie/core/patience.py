"""How long anybody waits for the database, so that one that hangs does not hang the site.

A server that works ends by itself what takes it too long. One that was stopped, or lies behind a
network that is cut, says nothing: then it is given up on this side, whatever socket it is, and for
a moment nobody asks it again. What it was asked may still happen once it goes on, so nobody may
take silence for a no.
"""

import time
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from flask import g, has_request_context
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction

from participatie.core.queue import NETWORK

_LINE = "line"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds the server may spend on a statement, how many of them waiting for a lock;
    after how many without a word it is gone; and how many a new connection may take."""

    statement: float
    lock: float
    answer: float
    connect: int
    transaction: float = 0
    """How long a transaction may lie still before the server lets its locks go; 0: for ever."""
    rest: float = 2.0
    """How long nobody asks a server that did not answer: who waits is told at once."""

    @property
    def options(self) -> str:
        """The same for the server."""
        limits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.transaction,
        }
        return " ".join(f"-c {name}={1000 * limit:.0f}" for name, limit in limits.items())


AT_WORK = Patience(statement=60, lock=10, answer=61, connect=5)
"""Of a worker and of a command: a count or a report takes its time."""
ON_PAGES = Patience(statement=4, lock=3, answer=4.5, connect=4, transaction=60)
"""Of the site: somebody looks at an empty screen."""


class _Connection(psycopg.Connection[Any]):
    """A connection that is given up when nothing is heard on it."""

    line: "Line"
    longest: float

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if timeout is not None:  # what the driver itself asks
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.longest)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise  # that was an answer
            self.line.fell_silent()
            self.close()
            raise psycopg.OperationalError("the database does not answer") from error


@dataclass(slots=True)
class Line:
    """The way of one process to its database."""

    patience: Patience
    _silent_until: float = field(default=0.0, init=False)

    def connect(self, *args: Any, **settings: Any) -> _Connection:
        """A new connection. Raises `psycopg.OperationalError`."""
        if self.is_silent:
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            made = _Connection.connect(*args, **settings)
        except psycopg.errors.ConnectionTimeout:
            self.fell_silent()
            raise
        made.line, made.longest = self, self.patience.answer
        return made

    @property
    def is_silent(self) -> bool:
        """Whether no answer came a moment ago."""
        return time.monotonic() < self._silent_until

    def fell_silent(self) -> None:
        """Note that no answer came."""
        self._silent_until = time.monotonic() + self.patience.rest


def connect_args(patience: Patience, options: str) -> dict[str, Any]:
    """What an engine connects with, `options` of the server included."""
    return NETWORK | {
        "connect_timeout": patience.connect,
        "options": f"{options} {patience.options}",
        _LINE: Line(patience),
    }


def is_silent(connection: object) -> bool:
    """Whether the server of a connection did not answer a moment ago, on this one or another."""
    return isinstance(connection, _Connection) and connection.line.is_silent


def take_time(session: Session) -> None:
    """Let the statements of this request take as long as those of a worker.

    For the staff, and for a file over a whole vote.
    """
    g.takes_time = True
    if session.in_transaction():
        _allow(session.connection())


def hurry(connection: object) -> None:
    """End what `take_time` allowed, before another request uses the connection."""
    if isinstance(connection, _Connection):
        connection.longest = connection.line.patience.answer


@event.listens_for(Engine, "do_connect")
def _connect(
    _dialect: object, _record: object, args: Sequence[Any], settings: MutableMapping[str, Any]
) -> _Connection | None:
    line = settings.pop(_LINE, None)
    return None if line is None else line.connect(*args, **settings)


@event.listens_for(Session, "after_begin")
def _begin(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested and has_request_context() and g.get("takes_time"):
        _allow(connection)


def _allow(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    if isinstance(raw, _Connection) and raw.longest < AT_WORK.answer:
        raw.execute(f"SET LOCAL statement_timeout = {1000 * AT_WORK.statement:.0f}")
        raw.longest = AT_WORK.answer
