"""The end of the casting: one moment, by the clock of the database, for everybody."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, update

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import board, locks


def close(round_id: int, *, actor: Actor, now: datetime) -> None:
    """End the casting: who was in is in, nobody comes after. Raises `Conflict` before its time.

    What was chosen and never cast is deleted.
    """
    _close(round_id, VoteRound.id.in_(round_queries.due_to_close()), actor=actor, now=now)


def close_rehearsal(round_id: int, *, actor: Actor, now: datetime) -> None:
    """End the casting of a rehearsal, at whatever time. Raises `Conflict`."""
    is_open = VoteRound.rehearsal_of.is_not(None) & (VoteRound.state == RoundState.OPEN)
    _close(round_id, is_open, actor=actor, now=now)


def _close(round_id: int, may_close: ColumnElement[bool], *, actor: Actor, now: datetime) -> None:
    locks.have_alone(round_id)
    closed = db.session.execute(
        update(VoteRound)
        .where(VoteRound.id == round_id, may_close)
        .values(state=RoundState.CLOSED, closed_at=func.clock_timestamp())
        .returning(VoteRound.id)
    ).first()
    if closed is None:
        raise Conflict(N_("This vote is closed already, or its time is not over yet."))
    db.session.execute(delete(VoteDraft).where(VoteDraft.round_id == round_id))
    detail = {"turnout": db.session.scalars(round_queries.turnout(round_id)).one()}
    board.take_up(round_id, all_of_them=True)
    board.write(round_id, EntryKind.CLOSING, {"voters": detail["turnout"]})
    subject = f"vote_round/{round_id}"
    audit.record("votes.close", account_id=actor.id, subject=subject, now=now, detail=detail)
