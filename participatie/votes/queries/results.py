"""What was counted, and who may see it."""

from typing import Any

from sqlalchemy import (
    Select,
    and_,
    exists,
    func,
    or_,
    select,
)

from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.board import (
    CountFault,
)
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import Grade, RoundState


def choices(round_id: int) -> Select[int, list[str], int]:
    """The opened answers to each question, each with its number of ballots, in one order."""
    return (
        select(Choice.question_id, Choice.answer, Choice.weight)
        .where(Choice.round_id == round_id)
        .order_by(Choice.question_id, Choice.answer)
    )


def blanks(round_id: int) -> Select[int, int]:
    """Of each question that somebody left empty: its id, and by how many ballots."""
    return select(Choice.question_id, Choice.weight).where(
        Choice.round_id == round_id, func.cardinality(Choice.answer) == 0
    )


def tallies(round_id: int) -> Select[Tally]:
    """The newest count of each question, also one that nobody may see yet."""
    newest = select(func.max(Tally.version)).where(Tally.round_id == round_id).scalar_subquery()
    return (
        select(Tally)
        .join(VoteQuestion, VoteQuestion.id == Tally.question_id)
        .where(Tally.round_id == round_id, Tally.version == newest)
        .order_by(VoteQuestion.position)
    )


def visible_tally(round_id: int) -> Select[Tally]:
    """The published count of the first question: before that nobody sees one, staff neither."""
    return visible_tallies(round_id).limit(1)


def visible_tallies(round_id: int, number: int | None = None) -> Select[Tally]:
    """The count of each question that was published last, or as version `number`.

    None before publishing. This is the one gate: whoever shows a count to the public asks it here.
    """
    results = published_results(round_id)
    if number is not None:
        results = results.where(PublishedResult.number == number)
    shown = results.limit(1).subquery()
    return (
        select(Tally)
        .join(VoteQuestion, VoteQuestion.id == Tally.question_id)
        .join(shown, and_(shown.c.round_id == Tally.round_id, shown.c.version == Tally.version))
        .order_by(VoteQuestion.position)
    )


def published_results(round_id: int) -> Select[PublishedResult]:
    """What was published of a round, the newest first."""
    return (
        select(PublishedResult)
        .where(PublishedResult.round_id == round_id)
        .order_by(PublishedResult.number.desc(), PublishedResult.is_final.desc())
    )


_COUNTS_ASKED: Any = (
    select(1 + func.count())
    .select_from(VoteAct)
    .where(
        VoteAct.round_id == VoteRound.id,
        VoteAct.act.in_([Act.LOT, Act.RECOUNT]),
        VoteAct.confirmed_at.is_not(None),
    )
    .correlate(VoteRound)
    .scalar_subquery()
)
"""How many counts a round needs: one, and one more for each lot and each recount."""


def counts_asked(round_id: int) -> Select[int]:
    """The version that the newest count of a round must have."""
    return select(_COUNTS_ASKED).where(VoteRound.id == round_id)


def due_to_count() -> Select[int]:
    """Rounds of which the count that is asked for is not made, and nothing blocks it.

    The first is asked by closing for the grade licht, else by two people who finalise.
    """
    finalised: Any = exists().where(
        VoteAct.round_id == VoteRound.id,
        VoteAct.act == Act.FINALISE,
        VoteAct.confirmed_at.is_not(None),
    )
    counted: Any = exists().where(Tally.round_id == VoteRound.id, Tally.version >= _COUNTS_ASKED)
    blocked: Any = exists().where(CountFault.round_id == VoteRound.id)
    return select(VoteRound.id).where(
        VoteRound.state.in_([RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED]),
        or_(VoteRound.grade == Grade.LIGHT, finalised, VoteRound.state != RoundState.CLOSED),
        exists().where(VoteQuestion.round_id == VoteRound.id),
        ~counted,
        ~blocked,
    )
