"""What the vote of a process lacks when that process opens, and while it is open."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from participatie.audience.rules import stricter
from participatie.audience.services import audience_of
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.processes.models import Process
from participatie.processes.open_points import Lack, has_blank
from participatie.processes.rules import PhaseKind, can_still_come, is_planned, lies_in_vote_phase
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import RollKind, RoundState
from participatie.votes.services import opening

NO_VOTE = N_("There is a phase to vote in, but no vote. Set one up.")
NOT_FIXED = N_("Fix the rules of “%(vote)s”. Nobody can vote before that.")
TO_COME = frozenset({"rehearsal", "roll"})
"""What waits until it is known what people choose from."""


def lacks_of(process: Process, now: datetime) -> Iterator[Lack]:
    """What the votes of a process lack, and whether it has any to vote in.

    In an open process it lacks fixed rules too: nobody can vote before.

    What a vote about money lacks is told by its budget, also that there is none.
    """
    votes = db.session.scalars(round_queries.of_process(process.id)).all()
    about_money = is_planned(PhaseKind.COSTS, process.phases)
    if not votes and not about_money and is_planned(PhaseKind.VOTE, process.phases):
        yield Lack(Invalid(NO_VOTE), "vote_setup.new", {"process_id": process.id})
    for vote in votes:
        if is_being_set_up(vote) and not divides_money(vote):
            for fault in faults_in(process, vote, now=now):
                yield Lack(fault, *place_of(vote, fault))
            if not can_still_come(process.phases, now):
                for fault in opening.faults_of_questions(vote):
                    yield Lack(fault, *place_of(vote, fault))
                if process.published_at is not None:
                    yield Lack(
                        Invalid(NOT_FIXED, vote=vote.title),
                        "vote_setup.show",
                        {"round_id": vote.id},
                    )


def faults_in(process: Process, vote: VoteRound, *, now: datetime) -> Iterator[Invalid]:
    """What must be mended of a vote before its process opens, whatever it asks.

    What people choose from may still come in, as long as a phase before the vote brings it.
    """
    if not lies_in_vote_phase(vote.opens_at, vote.closes_at, process.phases):
        yield Invalid(
            N_("“%(vote)s” is not held in a phase to vote in. Choose other times, or other days."),
            field="closes_at",
            vote=vote.title,
        )
    audience = stricter(audience_of(process.id), youngest=vote.minimum_age, reference_date=None)
    if audience.fits_nobody:
        yield Invalid(
            N_("No age fits: voters are %(youngest)s or older, and %(oldest)s or younger."),
            field="audience",
            youngest=audience.youngest,
            oldest=audience.oldest,
        )
    if any(has_blank(words) for words in _said(vote)):
        yield Invalid(
            N_("Fill in every place where [vul in] stands, in “%(vote)s”."),
            field="title",
            vote=vote.title,
        )
    waits = can_still_come(process.phases, now)
    for fault in opening.faults_beside_questions(vote, now=now):
        if not (waits and fault.field in TO_COME):
            yield fault
    if not waits and _has_empty_roll(vote):
        yield Invalid(
            N_("Nobody can vote in “%(vote)s” yet: its list is empty."),
            field="roll",
            vote=vote.title,
        )


def is_being_set_up(vote: VoteRound) -> bool:
    """Whether its rules can still change."""
    return vote.state is RoundState.DRAFT and vote.rules_hash is None


def divides_money(vote: VoteRound) -> bool:
    """Whether it is the vote of a budget."""
    return any(question.budget is not None for question in vote.questions)


def place_of(vote: VoteRound, fault: Invalid) -> tuple[str, dict[str, Any]]:
    """The page where a fault of a vote is mended, and what its address holds."""
    here: dict[str, Any] = {"round_id": vote.id}
    if fault.field in {question.code for question in vote.questions}:
        return "vote_setup.question", {**here, "code": fault.field}
    if fault.field in {"closes_at", "title"}:
        return "vote_setup.facts", {**here, "_anchor": fault.field}
    if fault.field == "audience":
        return "process_audience_admin.ask", {"process_id": vote.process_id}
    return _PAGES.get(fault.field or "", "vote_setup.add_question"), here


_PAGES = {
    "closers": "vote_running.people",
    "keys": "key_holders.show",
    "rehearsal": "vote_rehearsal.show",
    "roll": "vote_letters.index",
}


def _said(vote: VoteRound) -> Iterator[str]:
    yield from (vote.title, vote.who_may_vote, vote.who_decides)
    for question in vote.questions:
        yield from (question.title, question.explanation)
        for option in question.options:
            yield from (option.title, option.text)


def _has_empty_roll(vote: VoteRound) -> bool:
    if vote.roll_kind is RollKind.OPEN:
        return False
    return db.session.scalars(round_queries.on_roll(vote.id)).one() == 0
