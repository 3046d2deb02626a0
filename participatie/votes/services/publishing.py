"""Letting everybody see what was counted."""

from datetime import datetime

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import TRANSITIONS, Grade, RoundState
from participatie.votes.services import locks


def publish(round_id: int, *, actor: Actor, now: datetime) -> None:
    """Publish the result of a counted round. Raises `NotFound`, `IllegalTransition`."""
    locks.have_alone(round_id)
    vote_round = db.session.get(VoteRound, round_id, populate_existing=True)
    if vote_round is None:
        raise NotFound
    vote_round.state = advance(TRANSITIONS, vote_round.state, RoundState.PUBLISHED)
    db.session.flush()
    subject = f"vote_round/{round_id}"
    audit.record("votes.publish", account_id=actor.id, subject=subject, now=now)


def publish_by_itself(round_id: int, *, actor: Actor, now: datetime) -> bool:
    """Publish a counted round for which nobody has to act: of the grade licht."""
    vote_round = db.session.get(VoteRound, round_id)
    if (
        vote_round is None
        or vote_round.grade is not Grade.LIGHT
        or vote_round.state is not RoundState.COUNTED
    ):
        return False
    publish(round_id, actor=actor, now=now)
    return True
