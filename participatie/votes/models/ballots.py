"""What was cast, sealed; what was chosen, tied to nobody; and what was counted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base


class Ballot(Base):
    """One cast: only ever added. Of one voter the highest version counts.

    `digest` is keyed by the receipt: it says whether the same press brought the same list, and
    nothing to who has not the keys of the round. `code` is what the board knows its control code
    by, `leaf` what the tree of the board gets of it. Where it stands there is not kept here.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "voter_key"], ["roll.round_id", "roll.voter_key"], ondelete="RESTRICT"
        ),
        UniqueConstraint("round_id", "press"),
        UniqueConstraint("round_id", "code"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voter_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    press: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class Choice(Base):
    """A way of answering a question and how many ballots held it, opened after closing."""

    __tablename__ = "choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "question_id"],
            ["vote_question.round_id", "vote_question.id"],
            ondelete="RESTRICT",
        ),
        CheckConstraint("weight > 0", name="weight_is_positive"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answer: Mapped[list[str]] = mapped_column(ARRAY(Text), primary_key=True)
    weight: Mapped[int]


class Tally(Base):
    """A count of a question, as published: never replaced; a new one is a new version."""

    __tablename__ = "tally"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "question_id"],
            ["vote_question.round_id", "vote_question.id"],
            ondelete="RESTRICT",
        ),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballots: Mapped[int]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    input_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime]
