"""Destroying the keys of a vote: from then on nobody can tell who took part, or who chose what."""

from datetime import datetime

from sqlalchemy import func, select

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.acts import OBJECTION_TERM
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import board, closers, locks


def destroy_keys(round_id: int, *, keys: Keys, actor: Actor, now: datetime) -> None:
    """Destroy the keys of a round six weeks after its last count, or after it was broken off.

    The keys are gone before the board says so: it never tells what did not happen. When the
    commit fails, the same command writes the entry after all. Raises `NotFound`, `Conflict`.
    """
    locks.have_alone(round_id)
    vote_round = db.session.get(VoteRound, round_id, populate_existing=True)
    if vote_round is None:
        raise NotFound
    if (why_not := refusal(vote_round, now=now)) is not None:
        raise why_not
    keys.destroy(round_id)
    board.write(round_id, EntryKind.DESTROYED, {})
    subject = f"vote_round/{round_id}"
    audit.record("votes.destroy_keys", account_id=actor.id, subject=subject, now=now)


def destroy_agreed(asked: VoteAct, *, keys: Keys, now: datetime) -> bool:
    """Destroy the keys of which two people agreed that nobody needs them; False when that is over.

    A count that was made since begins the term anew: then they have to agree once more.
    """
    vote_round = db.session.get_one(VoteRound, asked.round_id, populate_existing=True)
    since = ended(vote_round)
    if since is None or since.timestamp() != asked.facts["ended"]:
        return False
    destroy_keys(asked.round_id, keys=keys, actor=Actor(asked.confirmed_by), now=now)
    return True


def refusal(vote_round: VoteRound, *, now: datetime) -> Conflict | None:
    """Why the keys of a round cannot be destroyed now; None when they can."""
    until = first_moment(vote_round)
    if until is None:
        return Conflict(N_("The keys are needed until the result is published."))
    if now < until:
        first = f"{until:%d-%m-%Y}"
        return Conflict(N_("People can still object to this result until %(date)s."), date=first)
    if is_destroyed(vote_round.id):
        return Conflict(N_("The keys of this vote are destroyed already."))
    return None


def remind(*, now: datetime) -> list[int]:
    """Mail who closes a vote that its keys can be destroyed, once; gives the rounds."""
    due = db.session.scalars(act_queries.keys_due(now)).all()
    for vote_round in due:
        outbox.tell_each(
            closers.who_hears(vote_round),
            "votes.keys_due",
            dedup=str(vote_round.id),
            now=now,
            parameters={"title": vote_round.title, "round_id": vote_round.id},
        )
    return [one.id for one in due]


def first_moment(vote_round: VoteRound) -> datetime | None:
    """From when the keys of a round can be destroyed; None while there is more to come."""
    since = ended(vote_round)
    return None if since is None else since + OBJECTION_TERM


def ended(vote_round: VoteRound) -> datetime | None:
    """From when people could object to the last result; None while there is more to come."""
    if vote_round.state is RoundState.BROKEN_OFF:
        return vote_round.broken_off_at
    if vote_round.state is not RoundState.PUBLISHED:
        return None
    last = select(func.max(Tally.counted_at)).where(Tally.round_id == vote_round.id)
    return db.session.scalars(last).one() or vote_round.closed_at


def is_destroyed(round_id: int) -> bool:
    """Whether the board says that the keys of a round are gone."""
    told = select(BoardEntry.seq).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.DESTROYED
    )
    return db.session.scalars(told).first() is not None
