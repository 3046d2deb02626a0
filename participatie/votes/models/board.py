"""The board (openbaar stemregister): what happened in a round, in order, and never changed.

Beside it what the count says about its entries.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, enum_column
from participatie.votes.rules.board import EntryKind, FaultKind, Status


class BoardEntry(Base):
    """One entry: only ever added. `leaf` is what the tree of the board holds of it."""

    __tablename__ = "board_entry"
    __table_args__ = (
        Index("ix_board_entry_amendment", "round_id", postgresql_where=text("kind = 'amendment'")),
        Index(
            "uq_board_entry_cast",
            "round_id",
            "leaf",
            unique=True,
            postgresql_where=text("kind = 'cast'"),
        ),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class BoardCounter(Base):
    """How many entries the board of a round has; who adds one holds this row until the commit."""

    __tablename__ = "board_counter"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[int]


class BoardNode(Base):
    """A complete subtree of the tree over a board, above its leaves: only ever added."""

    __tablename__ = "board_node"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class BoardHead(Base):
    """The root over the first `size` entries of a board, signed: only ever added."""

    __tablename__ = "board_head"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]


class EntryStatus(Base):
    """What became of a cast in the count: only ever added."""

    __tablename__ = "entry_status"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "seq"], ["board_entry.round_id", "board_entry.seq"], ondelete="RESTRICT"
        ),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[Status] = mapped_column(enum_column(Status))


class OpenedBallot(Base):
    """A ballot that was counted, under its control code, where that is published: only ever added.

    `answers` has none to an open question. Nothing ties it to a voter or to a time.
    """

    __tablename__ = "opened_ballot"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    answers: Mapped[list[list[str]]] = mapped_column(JSONB)


class CountFault(Base):
    """Why a round cannot be counted; gone once it is."""

    __tablename__ = "count_fault"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[FaultKind] = mapped_column(enum_column(FaultKind))
    seq: Mapped[int | None]
    found_at: Mapped[datetime]
