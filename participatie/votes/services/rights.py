"""Whether a right to vote is used, as the desk may see it: by what road, never what."""

from datetime import datetime

from participatie.core import audit
from participatie.core.db import db
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.rounds import RollKind
from participatie.votes.services.rolls import only_the_desk

FREE, UNKNOWN = "free", "unknown"


def right_of(vote_round: VoteRound, voter_key: bytes, *, actor: Actor, now: datetime) -> str:
    """By what channel a right to vote was used; else `FREE`, or `UNKNOWN` on no closed roll.

    That somebody looked is kept, for whom is not. Raises `NotAllowed`.
    """
    only_the_desk(actor)
    subject = f"vote_round/{vote_round.id}"
    audit.record("votes.look_up_right", account_id=actor.id, subject=subject, now=now)
    row = db.session.get(Roll, (vote_round.id, voter_key))
    if row is None:
        return FREE if vote_round.roll_kind is RollKind.OPEN else UNKNOWN
    return str(row.channel) if row.version else FREE
