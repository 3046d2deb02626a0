"""Whether a right to vote is used, as the desk may see it: by what road, never what."""

from datetime import datetime

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.rounds import Channel, RollKind
from participatie.votes.services.rolls import only_the_desk

FREE, UNKNOWN = "free", "unknown"
ON_PAPER = N_("You got a paper ballot for this vote. That one counts.")


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


def cast_by(round_id: int, voter_key: bytes) -> Channel | None:
    """By what channel a right to vote was used last; None when it was not."""
    row = db.session.get(Roll, (round_id, voter_key))
    return row.channel if row is not None and row.version else None


def check_no_paper(used: Channel | None) -> None:
    """Raises `Conflict` for who got a paper ballot, before they fill in another one."""
    if used is Channel.PAPER:
        raise Conflict(ON_PAPER)
