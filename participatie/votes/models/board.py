"""The board (openbaar stemregister): what happened in a round, in order, and never changed."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, enum_column
from participatie.votes.rules.board import EntryKind


class BoardEntry(Base):
    """One entry: only ever added. `leaf` is what the tree of the board holds of it."""

    __tablename__ = "board_entry"

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
