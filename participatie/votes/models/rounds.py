"""Rounds, what they ask, and who took part.

`roll` says that someone took part, and knows them by a key that only the keeper of the keys can
make from a person.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.core.db import Base, Id, enum_column
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Channel, Grade, Publication, RollKind, RoundState


class VoteRound(Base):
    """One vote (stemronde): its rules are frozen when it opens.

    With `rehearsal_of` it is a rehearsal: a round of its own, with its own keys, roll and board.
    It is thrown away, as a whole, after `discarded_at`.
    """

    __tablename__ = "vote_round"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="open_has_a_moment"),
        CheckConstraint(
            "(state IN ('closed', 'counted', 'published')) = (closed_at IS NOT NULL)",
            name="closed_has_a_moment",
        ),
        CheckConstraint(
            "(state = 'broken_off') = (broken_off_at IS NOT NULL)", name="broken_off_has_a_moment"
        ),
        CheckConstraint("(seal_public IS NULL) = (head_public IS NULL)", name="keys_come_together"),
        CheckConstraint("extended_from < closes_at", name="closing_moves_later"),
        CheckConstraint("most_answered > 0", name="something_may_be_answered"),
        CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age_is_an_age"),
        CheckConstraint(
            "clerk_id <> second_id AND clerk_id <> substitute_id AND second_id <> substitute_id",
            name="closers_are_different_people",
        ),
        CheckConstraint(
            "rehearsal_of IS NULL OR"
            " (roll_kind = 'codes' AND grade <> 'zwaar' AND process_id IS NULL)",
            name="rehearsal_takes_codes",
        ),
        CheckConstraint(
            "discarded_at IS NULL OR rehearsal_of IS NOT NULL", name="only_a_rehearsal_goes"
        ),
    )

    id: Mapped[Id]
    process_id: Mapped[int | None] = mapped_column(
        ForeignKey("process.id", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str] = mapped_column(String(80))
    state: Mapped[RoundState] = mapped_column(enum_column(RoundState))
    grade: Mapped[Grade] = mapped_column(enum_column(Grade))
    publication: Mapped[Publication] = mapped_column(enum_column(Publication))
    roll_kind: Mapped[RollKind] = mapped_column(enum_column(RollKind), default=RollKind.OPEN)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    extended_from: Mapped[datetime | None]  # the closing time that was fixed, once it was moved
    broken_off_at: Mapped[datetime | None]
    amended_at: Mapped[datetime | None]  # when something last changed since it opened
    who_may_vote: Mapped[str] = mapped_column(String(280), default="")
    who_decides: Mapped[str] = mapped_column(String(280), default="")
    result_on: Mapped[date | None] = mapped_column(Date)
    minimum_age: Mapped[int | None] = mapped_column(SmallInteger)
    reference_date: Mapped[date | None] = mapped_column(Date)
    shows_turnout: Mapped[bool] = mapped_column(default=False)
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    most_answered: Mapped[int | None] = mapped_column(SmallInteger)  # of its questions
    counting: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rules_hash: Mapped[str | None] = mapped_column(String(64))
    seal_public: Mapped[bytes | None] = mapped_column(LargeBinary)
    head_public: Mapped[bytes | None] = mapped_column(LargeBinary)
    rehearsal_of: Mapped[int | None] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), unique=True
    )
    discarded_at: Mapped[datetime | None]
    rehearsed_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # of what was rehearsed to its end

    questions: Mapped[list["VoteQuestion"]] = relationship(
        lazy="raise", order_by="VoteQuestion.position", passive_deletes=True
    )


class QuestionGroup(Base):
    """Questions of areas, of which one ballot answers at most `most`."""

    __tablename__ = "question_group"
    __table_args__ = (
        UniqueConstraint("round_id", "title"),
        CheckConstraint("most > 0", name="something_may_be_answered"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    most: Mapped[int] = mapped_column(SmallInteger)


class VoteQuestion(Base):
    """One question on the ballot of a round.

    `budget` is what it divides, in cents, `least_money` and `most_money` what one voter spends.
    """

    __tablename__ = "vote_question"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        UniqueConstraint("round_id", "position"),
        UniqueConstraint("round_id", "id"),
        ForeignKeyConstraint(
            ["round_id", "group_code"],
            ["question_group.round_id", "question_group.code"],
            ondelete="NO ACTION",
        ),
        CheckConstraint("0 <= minimum AND minimum <= maximum", name="minimum_is_at_most_maximum"),
        CheckConstraint("budget > 0", name="budget_is_positive"),
        CheckConstraint("kind <> 'knapsack' OR budget IS NOT NULL", name="knapsack_has_a_budget"),
        CheckConstraint(
            "0 < least_money AND least_money <= COALESCE(most_money, budget)"
            " AND most_money <= budget",
            name="money_of_a_voter_is_in_the_budget",
        ),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("vote_round.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[BallotKind] = mapped_column(enum_column(BallotKind))
    title: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[str] = mapped_column(default="")
    minimum: Mapped[int] = mapped_column(SmallInteger, default=1)
    maximum: Mapped[int | None] = mapped_column(SmallInteger)
    budget: Mapped[int | None]
    least_money: Mapped[int | None]
    most_money: Mapped[int | None]
    shuffles: Mapped[bool] = mapped_column(default=True)
    group_code: Mapped[str | None] = mapped_column(String(40))

    group: Mapped[QuestionGroup | None] = relationship(lazy="raise", viewonly=True)
    options: Mapped[list["VoteOption"]] = relationship(
        lazy="raise", order_by="VoteOption.id", passive_deletes=True
    )


class VoteOption(Base):
    """What can be chosen in one question, its cost in cents frozen at opening."""

    __tablename__ = "vote_option"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "question_id"],
            ["vote_question.round_id", "vote_question.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("round_id", "code"),
        CheckConstraint("cost >= 0", name="cost_is_not_negative"),
    )

    id: Mapped[Id]
    round_id: Mapped[int]
    question_id: Mapped[int] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(default="")
    cost: Mapped[int] = mapped_column(default=0)


class Turnout(Base):
    """How many voted in an open round, counted each hour for everybody to see."""

    __tablename__ = "turnout"
    __table_args__ = (CheckConstraint("voters >= 0", name="voters_is_not_negative"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True
    )
    voters: Mapped[int]
    counted_at: Mapped[datetime]


class OptionWithdrawal(Base):
    """An option that can win no more: ballots stay as they are, and the count leaves it out."""

    __tablename__ = "option_withdrawal"

    option_id: Mapped[int] = mapped_column(
        ForeignKey("vote_option.id", ondelete="RESTRICT"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(String(500))
    withdrawn_at: Mapped[datetime]


class Roll(Base):
    """Someone may vote in a round: one row a voter, `version` counts how often they have cast."""

    __tablename__ = "roll"
    __table_args__ = (CheckConstraint("version >= 0", name="version_is_not_negative"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    voter_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    tag: Mapped[bytes | None] = mapped_column(LargeBinary)
