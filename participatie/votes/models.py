"""The ballot box: rounds, options, who took part, and ballots that name nobody.

`roll` says that someone took part; `ballot` holds what was cast, sealed. Both know a voter by a
key that only the keeper of the keys can make from a person. What was chosen stands apart, in
`choice`, after closing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.core.db import Base, Id, enum_column
from participatie.votes.rules import BallotKind, Channel, RoundState


class VoteRound(Base):
    """One vote (stemronde): its rules are frozen when it opens."""

    __tablename__ = "vote_round"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("budget > 0", name="budget_is_positive"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="open_has_a_moment"),
        CheckConstraint(
            "(state IN ('closed', 'counted')) = (closed_at IS NOT NULL)",
            name="closed_has_a_moment",
        ),
    )

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[BallotKind] = mapped_column(enum_column(BallotKind))
    state: Mapped[RoundState] = mapped_column(enum_column(RoundState))
    budget: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counting: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rules_hash: Mapped[str | None] = mapped_column(String(64))

    options: Mapped[list["VoteOption"]] = relationship(
        lazy="raise", order_by="VoteOption.id", passive_deletes=True
    )


class VoteOption(Base):
    """A choice on the ballot of one round, its cost in cents frozen at opening."""

    __tablename__ = "vote_option"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("cost >= 0", name="cost_is_not_negative"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("vote_round.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    cost: Mapped[int]


class Roll(Base):
    """Someone took part in a round: one row a voter, `version` counts how often they cast."""

    __tablename__ = "roll"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    voter_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))


class Ballot(Base):
    """One cast: only ever added. Of one voter the highest version counts."""

    __tablename__ = "ballot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "voter_key"], ["roll.round_id", "roll.voter_key"], ondelete="RESTRICT"
        ),
        UniqueConstraint("round_id", "press"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voter_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    press: Mapped[UUID]


class Choice(Base):
    """A way of voting and how many ballots held it, opened after closing and tied to nobody."""

    __tablename__ = "choice"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_is_positive"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    options: Mapped[list[str]] = mapped_column(ARRAY(String(40)), primary_key=True)
    weight: Mapped[int]


class Tally(Base):
    """A count of a round, as published: never replaced; a new one is a new version."""

    __tablename__ = "tally"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballots: Mapped[int]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    input_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime]
