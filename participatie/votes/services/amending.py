"""What may still change after the opening, and an end without count.

The closing time moves later only; a typing error in an explanation is mended, and people can be
told where to ask. Everything else is fixed. What changes stands on the board.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.refusals import refused_as
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.processes.queries import followers_of
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act, can_ask, public_reason, reason_for
from participatie.votes.rules.amendments import CONTACT_PLACE, Change, mended
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import TRANSITIONS, Grade, RoundState
from participatie.votes.services import board, closers, locks
from participatie.votes.services.amendments import Text, amendments_of, explanations


def extend(
    round_id: int, *, until: datetime, reason: str, actor: Actor, now: datetime
) -> VoteRound:
    """Close a vote that is open later, with a reason that everybody reads.

    One person does this, before the closing time; afterwards it takes two. Raises `NotFound`,
    `NotAllowed`, `Invalid`, and `Conflict` when the time is over.
    """
    locks.have_alone(round_id)
    vote_round = db.session.get(VoteRound, round_id, populate_existing=True)
    if vote_round is None:
        raise NotFound
    if not can_ask(actor, closers=closers.named(vote_round)):
        raise NotAllowed(N_("Only a clerk who closes this vote can ask for this."))
    why = reason_for(Act.EXTEND, reason)
    open_now = select(VoteRound.id).where(VoteRound.id == round_id, round_queries.OPEN_NOW)
    if db.session.scalars(open_now).one_or_none() is None:
        raise Conflict(_too_late(vote_round))
    check_later(vote_round, until, now=now)
    with refused_as(_too_late(vote_round)):
        _tell_later(vote_round, until, reason=why)
        _move(vote_round, until)
    subject, detail = f"vote_round/{round_id}", {"until": until.isoformat(), "reason": why}
    audit.record("votes.extend", account_id=actor.id, subject=subject, now=now, detail=detail)
    return vote_round


def mend(round_id: int, place: str, *, text: str, reason: str, actor: Actor, now: datetime) -> None:
    """Mend an explanation of an open vote, or say where people can ask about it.

    What was fixed stays as it was in the rules; everybody reads both. Raises `NotFound`,
    `NotAllowed`, `Invalid`, and `Conflict` when the vote is not open.
    """
    locks.have_alone(round_id)
    asked = round_queries.questions_anew(round_id)
    vote_round = db.session.scalars(asked).one_or_none()
    if vote_round is None:
        raise NotFound
    if not can_ask(actor, closers=closers.named(vote_round)):
        raise NotAllowed(N_("Only a clerk who closes this vote can change this."))
    if vote_round.state is not RoundState.OPEN:
        raise Conflict(N_("A text changes while the vote is open, not before and not after."))
    written = {one.place: one for one in (contact(vote_round), *explanations(vote_round))}
    if place not in written:
        raise NotFound
    before = written[place].text
    after, why = mended(before, text), public_reason(reason)
    what = Change.CONTACT if place == CONTACT_PLACE else Change.EXPLANATION
    facts = {"what": what.value, "place": place, "before": before, "after": after, "reason": why}
    _write(vote_round, facts)
    subject, detail = f"vote_round/{round_id}", {"place": place, "reason": why}
    audit.record("votes.mend", account_id=actor.id, subject=subject, now=now, detail=detail)


def contact(vote_round: VoteRound) -> Text:
    """Where people can ask about a round, as somebody wrote it last; empty when nobody did."""
    told = [one.after for one in amendments_of(vote_round) if one.what == Change.CONTACT]
    return Text(CONTACT_PLACE, "", told[-1] if told else "")


def check_later(vote_round: VoteRound, until: datetime, *, now: datetime) -> None:
    """Closing moves later only. Raises `Invalid`."""
    if until <= max(vote_round.closes_at, now):
        raise Invalid(
            N_("Choose a moment after the closing time of now. A vote never closes earlier."),
            field="until",
        )


def reopen(vote_round: VoteRound, asked: VoteAct) -> None:
    """Open a closed vote again until the moment on which two people agreed."""
    until = datetime.fromtimestamp(asked.terms["until"], UTC)
    state = advance(TRANSITIONS, vote_round.state, RoundState.OPEN)
    _tell_later(vote_round, until, reason=asked.reason)
    vote_round.state, vote_round.closed_at = state, None
    _move(vote_round, until)


def break_off(vote_round: VoteRound, asked: VoteAct, *, now: datetime) -> None:
    """End a vote on which two people agreed that it is not counted, ever.

    Who follows its process gets a mail. Nobody knows which of them voted.
    """
    moment = _clock()
    state = advance(TRANSITIONS, vote_round.state, RoundState.BROKEN_OFF)
    _write(vote_round, {"what": "broken_off", "reason": asked.reason})
    vote_round.state, vote_round.broken_off_at = state, moment
    db.session.flush()
    outbox.tell_each(
        followers_of(vote_round.process_id or 0),
        "votes.broken_off",
        dedup=str(vote_round.id),
        now=now,
        parameters={
            "title": vote_round.title,
            "reason": asked.reason,
            "round_id": vote_round.id,
        },
    )


def _too_late(vote_round: VoteRound) -> str:
    """Why one person cannot move the closing time any more, and what to do then."""
    if vote_round.grade is Grade.LIGHT:
        return N_("The closing time is over. This vote is counted by itself now.")
    return N_(
        "The closing time is just over. Send this once more in a minute."
        " Then you ask a second person for it."
    )


def _tell_later(vote_round: VoteRound, until: datetime, *, reason: str) -> None:
    """Say on the board what the closing time becomes: the database moves it for that only."""
    times = {"from": vote_round.closes_at.timestamp(), "until": until.timestamp()}
    _write(vote_round, {"what": "closes_at", **times, "reason": reason})


def _move(vote_round: VoteRound, until: datetime) -> None:
    vote_round.extended_from = vote_round.extended_from or vote_round.closes_at
    vote_round.closes_at = until
    db.session.flush()


def _write(vote_round: VoteRound, facts: dict[str, Any]) -> None:
    vote_round.amended_at = _clock()
    db.session.flush()
    facts["at"] = int(vote_round.amended_at.timestamp())
    board.write(vote_round.id, EntryKind.AMENDMENT, facts)


def _clock() -> datetime:
    moment: datetime = db.session.scalars(select(func.clock_timestamp())).one()
    return moment
