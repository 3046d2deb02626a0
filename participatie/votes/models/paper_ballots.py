"""Paper ballots as two people typed them: what stands on a paper, and nothing about whose it is."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.votes.rules.paper_ballots import Fault


class PaperPile(Base):
    """A pile of papers that two different people type, each all of it.

    `agreed_at` is when both had found the same on every paper; from then on it is part of the
    count and nobody changes it.
    """

    __tablename__ = "paper_pile"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("first_id <> second_id", name="typed_by_different_people"),
        CheckConstraint("papers > 0", name="pile_has_papers"),
        CheckConstraint(
            "agreed_at IS NULL OR (first_id IS NOT NULL AND second_id IS NOT NULL)",
            name="two_people_agree",
        ),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("vote_round.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(SmallInteger)
    papers: Mapped[int] = mapped_column(SmallInteger)
    by_hand: Mapped[bool] = mapped_column(default=False)  # counted, not typed paper by paper
    first_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    agreed_at: Mapped[datetime | None]


class HandCount(Base):
    """One line of what one of the two counted of a whole pile: an option, blank, or invalid."""

    __tablename__ = "hand_count"
    __table_args__ = (
        CheckConstraint("turn IN (1, 2)", name="turn_is_first_or_second"),
        CheckConstraint("number >= 0", name="number_is_not_negative"),
    )

    pile_id: Mapped[int] = mapped_column(
        ForeignKey("paper_pile.id", ondelete="RESTRICT"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    line: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger)


class PileWithdrawal(Base):
    """A pile that was taken back: it is not counted, and its papers come in another pile."""

    __tablename__ = "pile_withdrawal"

    pile_id: Mapped[int] = mapped_column(
        ForeignKey("paper_pile.id", ondelete="RESTRICT"), primary_key=True
    )
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    withdrawn_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))


class PaperBallot(Base):
    """One paper as one of the two typed it: `turn` is 1 or 2, `number` is stamped on the paper.

    `answers` has a list of codes for each question, or null where nobody can read what is meant.
    """

    __tablename__ = "paper_ballot"
    __table_args__ = (
        CheckConstraint("turn IN (1, 2)", name="turn_is_first_or_second"),
        CheckConstraint("number > 0", name="number_counts_from_one"),
    )

    pile_id: Mapped[int] = mapped_column(
        ForeignKey("paper_pile.id", ondelete="RESTRICT"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    fault: Mapped[Fault | None] = mapped_column(enum_column(Fault))
    answers: Mapped[list[list[str] | None]] = mapped_column(JSONB)
