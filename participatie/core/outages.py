"""When the program or the log-in was away: one row an outage, with from when until when.

The program was away where two signs of life of the worker lie too far apart. The log-in was away
from the first time that its provider failed until the last, with no log-in that worked in between.
So was the site, from the first look of the worker that got no answer until the last.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, db, enum_column

NOTED = timedelta(minutes=1)
"""How long the worker must be silent before that is an outage."""
QUIET = timedelta(minutes=15)
"""After how long without a failure the next one begins an outage of its own."""


class System(StrEnum):
    """What can be away."""

    PROGRAM = "program"
    LOG_IN = "log_in"
    SITE = "site"


class Outage(Base):
    """One time that a system was away; while it goes on, `away_until` is the last that is known."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("away_from <= away_until", name="ends_after_it_began"),
        Index("uq_outage_going_on", "system", unique=True, postgresql_where="NOT is_over"),
    )

    id: Mapped[Id]
    system: Mapped[System] = mapped_column(enum_column(System))
    away_from: Mapped[datetime]
    away_until: Mapped[datetime]
    is_over: Mapped[bool]


def seen_again(system: System, *, last: datetime, now: datetime) -> None:
    """Note that `system` was away since `last`, when that is long enough."""
    if now - last >= NOTED:
        db.session.add(Outage(system=system, away_from=last, away_until=now, is_over=True))


def failed(system: System, now: datetime) -> None:
    """Note that `system` did not work: the outage goes on, or it begins."""
    _end(system, now)
    row = insert(Outage).values(system=system, away_from=now, away_until=now, is_over=False)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["system"],
            index_where=~Outage.is_over,
            set_={"away_until": row.excluded.away_until},
        )
    )


def worked(system: System) -> None:
    """Note that `system` works: what was going on is over."""
    going_on = update(Outage).where(Outage.system == system, ~Outage.is_over)
    db.session.execute(going_on.values(is_over=True))


def between(start: datetime, end: datetime) -> Select[datetime, datetime, System]:
    """The outages that touch this time: `away_from`, `away_until` and `system`, in order."""
    return (
        select(Outage.away_from, Outage.away_until, Outage.system)
        .where(Outage.away_until >= start, Outage.away_from <= end)
        .order_by(Outage.away_from, Outage.id)
    )


def _end(system: System, now: datetime) -> None:
    """End what nobody met any more."""
    going_on = update(Outage).where(
        Outage.system == system, ~Outage.is_over, Outage.away_until < now - QUIET
    )
    db.session.execute(going_on.values(is_over=True))
