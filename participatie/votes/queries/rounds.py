"""Rounds, their ballot papers, who may vote and how many did."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload, selectinload

from participatie.audience.models import ProcessAudience
from participatie.audience.queries import FACTS
from participatie.processes.models import Process
from participatie.votes.models.arrivals import AwaitedVote
from participatie.votes.models.complaints import VoteComplaint
from participatie.votes.models.rounds import (
    OptionWithdrawal,
    QuestionGroup,
    Roll,
    VoteOption,
    VoteQuestion,
    VoteRound,
)
from participatie.votes.rules.rounds import Channel, Publication, RoundState

OPEN_NOW: ColumnElement[bool] = (VoteRound.state == RoundState.OPEN) & func.tstzrange(
    VoteRound.opens_at, VoteRound.closes_at
).op("@>")(func.clock_timestamp())
"""Whether a vote can be cast: by the clock of the database, from the start, not at the end."""


BEING_RUN: ColumnElement[bool] = VoteRound.state.in_(
    [RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED, RoundState.COUNTED]
)
"""Whether the result of a vote is still to come."""
NO_REHEARSAL: ColumnElement[bool] = VoteRound.rehearsal_of.is_(None)
_PUBLIC = (
    NO_REHEARSAL,
    VoteRound.rules_hash.is_not(None) | (VoteRound.state != RoundState.DRAFT),
    VoteRound.process_id.is_(None) | Process.published_at.is_not(None),
)


_DIVIDES_MONEY: ColumnElement[bool] = exists().where(
    VoteQuestion.round_id == VoteRound.id, VoteQuestion.budget.is_not(None)
)


def _gathered(column: Any) -> Any:
    of_options = func.array_agg(aggregate_order_by(column, VoteOption.id))
    return of_options.filter(VoteOption.id.is_not(None))


PAPER: Any = (
    select(
        VoteRound.seal_public,
        VoteRound.most_answered,
        VoteQuestion.code,
        VoteQuestion.kind,
        VoteQuestion.title,
        VoteQuestion.minimum,
        VoteQuestion.maximum,
        VoteQuestion.budget,
        VoteQuestion.least_money,
        VoteQuestion.most_money,
        QuestionGroup.title.label("group_title"),
        QuestionGroup.most.label("group_most"),
        _gathered(VoteOption.code).label("codes"),
        _gathered(VoteOption.title).label("titles"),
        _gathered(VoteOption.cost).label("costs"),
        _gathered(VoteOption.text).label("texts"),
    )
    .select_from(VoteRound)
    .join(VoteQuestion, VoteQuestion.round_id == VoteRound.id)
    .outerjoin(VoteQuestion.group)
    .outerjoin(VoteOption, VoteOption.question_id == VoteQuestion.id)
    .where(VoteRound.id == bindparam("round"))
    .group_by(VoteRound.id, VoteQuestion.id, QuestionGroup.round_id, QuestionGroup.code)
    .order_by(VoteQuestion.position)
)
"""The ballot paper of `round`: a row for each question, and the key that seals what is cast.

Made once: every cast asks it.
"""


WHO_MAY: Select[Any] = (
    select(
        VoteRound.roll_kind,
        VoteRound.minimum_age,
        VoteRound.reference_date.label("on"),
        VoteRound.process_id,
        *FACTS,
    )
    .outerjoin(ProcessAudience, ProcessAudience.process_id == VoteRound.process_id)
    .where(VoteRound.id == bindparam("round"))
)
"""For whom a round is: by its own rules and by those of its process."""


def with_questions(round_id: int) -> Select[VoteRound]:
    """A round with what is asked and what may be chosen."""
    asked = selectinload(VoteRound.questions).options(
        selectinload(VoteQuestion.options), joinedload(VoteQuestion.group)
    )
    return select(VoteRound).where(VoteRound.id == round_id).options(asked)


def questions_anew(round_id: int) -> Select[VoteRound]:
    """The same, read as it stands now over what this session knew of it."""
    return with_questions(round_id).execution_options(populate_existing=True)


def of_process(process_id: int) -> Select[VoteRound]:
    """The votes of a process, with what is asked and what may be chosen; no rehearsals."""
    asked = selectinload(VoteRound.questions).selectinload(VoteQuestion.options)
    return (
        select(VoteRound)
        .where(VoteRound.process_id == process_id, NO_REHEARSAL)
        .options(asked)
        .order_by(VoteRound.id)
    )


def public_round(round_id: int) -> Select[VoteRound]:
    """A round that everybody may know of, with what is asked: its rules are fixed.

    Of a round in a process: that process is published.
    """
    return with_questions(round_id).outerjoin(Process).where(*_PUBLIC)


def polls() -> Select[VoteRound]:
    """All votes that divide no money, those that are being set up too, the newest first."""
    return select(VoteRound).where(~_DIVIDES_MONEY, NO_REHEARSAL).order_by(VoteRound.id.desc())


def public_rounds() -> Select[VoteRound]:
    """The rounds that everybody may know of, the newest first; one that divides money is known
    by its process."""
    return (
        select(VoteRound)
        .outerjoin(Process)
        .where(*_PUBLIC, ~_DIVIDES_MONEY | Process.published_at.is_not(None))
        .order_by(VoteRound.opens_at.desc(), VoteRound.id.desc())
    )


def public_polls() -> Select[VoteRound]:
    """Those of them that divide no money."""
    return public_rounds().where(~_DIVIDES_MONEY)


def turnout(round_id: int) -> Select[int]:
    """How many voters have cast a vote; nothing about what."""
    return select(func.count()).select_from(Roll).where(Roll.round_id == round_id, Roll.version > 0)


def times_cast(round_id: int, voter_key: bytes) -> Select[int]:
    """How often one voter has cast; no row for who is not on the roll."""
    return select(Roll.version).where(Roll.round_id == round_id, Roll.voter_key == voter_key)


def rounds() -> Select[VoteRound]:
    """All votes, the newest first."""
    return select(VoteRound).where(NO_REHEARSAL).order_by(VoteRound.id.desc())


def voters_by_channel(round_id: int) -> Select[Channel, int]:
    """How many voters came in by each channel, by their last cast: `channel` and `voters`."""
    return (
        select(Roll.channel, func.count().label("voters"))
        .where(Roll.round_id == round_id, Roll.version > 0)
        .group_by(Roll.channel)
        .order_by(Roll.channel)
    )


def due_to_open() -> Select[VoteRound]:
    """Rounds with frozen rules whose time has come."""
    return select(VoteRound).where(
        VoteRound.state == RoundState.DRAFT,
        VoteRound.rules_hash.is_not(None),
        func.tstzrange(VoteRound.opens_at, VoteRound.closes_at).op("@>")(func.clock_timestamp()),
    )


def due_to_close() -> Select[int]:
    """Open rounds whose time is over."""
    return select(VoteRound.id).where(
        VoteRound.state == RoundState.OPEN, VoteRound.closes_at <= func.clock_timestamp()
    )


def closing_between(start: datetime, end: datetime) -> Select[VoteRound]:
    """Votes that are open or only closed, and close in this time."""
    return select(VoteRound).where(
        NO_REHEARSAL,
        VoteRound.state.in_((RoundState.OPEN, RoundState.CLOSED)),
        VoteRound.closes_at.between(start, end),
    )


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next round opens or closes after `moment`."""
    both = union_all(select(VoteRound.opens_at.label("at")), select(VoteRound.closes_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)


def on_roll(round_id: int) -> Select[int]:
    """How many may vote as far as the roll knows."""
    return select(func.count()).select_from(Roll).where(Roll.round_id == round_id)


def casting_now(*, with_codes: bool) -> Select[int]:
    """The numbers of the rounds in which one can cast now, those of rehearsals too: of which the
    choices are to be published with their codes, or the others.
    """
    tells = VoteRound.publication == Publication.CODES
    chosen = tells if with_codes else ~tells
    return select(VoteRound.id).where(OPEN_NOW, chosen).order_by(VoteRound.id)


def open_rounds() -> Select[VoteRound]:
    """The votes in which one can be cast now, the first to close first."""
    return (
        select(VoteRound).where(OPEN_NOW, NO_REHEARSAL).order_by(VoteRound.closes_at, VoteRound.id)
    )


def complaints(round_id: int) -> Select[int]:
    """How many people said that they did not vote, while their right was used."""
    return select(func.count()).select_from(VoteComplaint).where(VoteComplaint.round_id == round_id)


def withdrawn_codes(round_id: int) -> Select[str]:
    """The options that can win no more."""
    return (
        select(VoteOption.code)
        .join(OptionWithdrawal, OptionWithdrawal.option_id == VoteOption.id)
        .where(VoteOption.round_id == round_id)
        .order_by(VoteOption.code)
    )


def awaited() -> Select[VoteRound]:
    """The rounds of which somebody waits to hear that their vote arrived."""
    waits = exists().where(AwaitedVote.round_id == VoteRound.id)
    return select(VoteRound).where(waits).order_by(VoteRound.id)


def rehearsals(round_id: int) -> Select[VoteRound]:
    """The rehearsal of a vote, until it is thrown away; with what is asked."""
    asked = selectinload(VoteRound.questions).selectinload(VoteQuestion.options)
    return select(VoteRound).where(VoteRound.rehearsal_of == round_id).options(asked)


def rehearsal(round_id: int) -> Select[VoteRound]:
    """This round, when it is a rehearsal that is not thrown away; with what is asked."""
    return with_questions(round_id).where(~NO_REHEARSAL, VoteRound.discarded_at.is_(None))


def open_rehearsal(round_id: int, *, of: int) -> Select[VoteRound]:
    """This round, when it is the rehearsal of another and open; with what is asked."""
    return rehearsal(round_id).where(VoteRound.rehearsal_of == of, OPEN_NOW)


def thrown_away() -> Select[int]:
    """Rehearsals of which nothing may be left."""
    return select(VoteRound.id).where(VoteRound.discarded_at.is_not(None))
