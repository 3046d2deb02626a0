"""The outbox: a row written in the same transaction as its cause is a message that is not lost.

A slice tells a person something by a row here: a kind, parameters, and its own mail template.
`notifications` empties the box. A broker only wakes the worker; this table is the truth.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Select,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, db

MAX_ATTEMPTS = 48
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class OutboxMessage(Base):
    """Something to tell one person: sent once, or given up after `MAX_ATTEMPTS`."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_waiting",
            "next_try_at",
            postgresql_where="sent_at IS NULL AND given_up_at IS NULL",
        ),
    )

    id: Mapped[Id]
    dedup: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


def tell(
    account_id: int,
    kind: str,
    *,
    dedup: str,
    now: datetime,
    parameters: Mapping[str, Any],
    urgent: bool = False,
) -> None:
    """Put one message in the box; the same `dedup` twice is one message.

    An urgent one goes before all that wait.
    """
    one = select(literal(account_id, BigInteger).label("id"))
    tell_each(one, kind, dedup=dedup, now=now, parameters=parameters, urgent=urgent)


def tell_each(
    recipients: Select[int],
    kind: str,
    *,
    dedup: str,
    now: datetime,
    parameters: Mapping[str, Any],
    urgent: bool = False,
) -> None:
    """Put one message in the box for each account number in `recipients`, by one statement."""
    to = recipients.subquery("recipient").columns[0]
    columns = {
        "dedup": func.concat(f"{kind}/{dedup}/", to),
        "kind": literal(kind),
        "account_id": to,
        "parameters": literal(dict(parameters), JSONB),
        "created_at": literal(now, DateTime(timezone=True)),
        "next_try_at": literal(LONG_AGO if urgent else now, DateTime(timezone=True)),
        "attempts": literal(0, BigInteger),
    }
    values = select(*(value.label(name) for name, value in columns.items()))
    db.session.execute(
        insert(OutboxMessage)
        .from_select(list(columns), values)
        .on_conflict_do_nothing(index_elements=["dedup"])
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told, where each is told something else."""

    account_id: int
    dedup: str
    parameters: Mapping[str, Any]


def tell_all(letters: Sequence[Letter], kind: str, *, now: datetime, at: datetime) -> None:
    """Put all `letters` in the box by one statement; none is sent before `at`."""
    rows = [
        {
            "dedup": f"{kind}/{one.dedup}/{one.account_id}",
            "kind": kind,
            "account_id": one.account_id,
            "parameters": dict(one.parameters),
            "created_at": now,
            "next_try_at": at,
            "attempts": 0,
        }
        for one in letters
    ]
    if rows:
        new = insert(OutboxMessage).on_conflict_do_nothing(index_elements=["dedup"])
        db.session.execute(new, rows)


def take_back(kinds: Collection[str], contributions: Collection[int], *, told_at: datetime) -> None:
    """Throw away what was to be told of these `contributions` and is not sent yet."""
    about = OutboxMessage.parameters["contribution_id"].as_integer()
    db.session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.created_at == told_at,
            about.in_(contributions),
            OutboxMessage.sent_at.is_(None),
        )
    )


def next_message(now: datetime) -> Select[OutboxMessage]:
    """The message that has waited longest and is due; locked for who asks, skipped by others."""
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.given_up_at.is_(None),
            OutboxMessage.next_try_at <= now,
        )
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def postpone(message: OutboxMessage, *, error: str, now: datetime) -> None:
    """Try again later: each wait is twice the one before, an hour at most."""
    message.attempts += 1
    message.last_error = error[:500]
    if message.attempts >= MAX_ATTEMPTS:
        message.given_up_at = now
    else:
        wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 20), LONGEST_WAIT)
        message.next_try_at = now + wait
