"""One lock for each round, held until the transaction ends.

Casts share it; closing, counting and publishing have it alone. A cast waits for it only while the
vote is open, so never for a count. Before that, its row is held.
"""

from typing import Any

from sqlalchemy import bindparam, func, select

from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import RoundState

_LOCKS = 0x766F7465 << 32  # «vote»: the locks of rounds, apart from all others

_SHARE = select(func.pg_advisory_xact_lock_shared(bindparam("lock"))).where(
    select(VoteRound.id).where(VoteRound.id == bindparam("round"), round_queries.OPEN_NOW).exists()
)
"""Outside the time of a vote nobody waits: a count may hold the lock for minutes then."""
_ALONE = select(func.pg_advisory_xact_lock(bindparam("lock")))


def share(round_id: int) -> bool:
    """Share the lock of a round that is open; False, and nothing is held, when it is not."""
    return _hold(_SHARE, round_id)


def have_alone(round_id: int) -> None:
    """Wait until nobody else holds the lock of a round."""
    _hold(_ALONE, round_id)


def hold_draft(vote_round: VoteRound) -> None:
    """Let nobody fix the rules of a round, or change what is set up, until the commit.

    Raises `Conflict` when they are fixed.
    """
    hold_row(vote_round, "state", "rules_hash")
    if vote_round.state is not RoundState.DRAFT or vote_round.rules_hash is not None:
        raise Conflict(N_("The rules of this vote are fixed already."))


def _hold(statement: Any, round_id: int) -> bool:
    asked = {"lock": _LOCKS + round_id, "round": round_id}
    return db.session.connection().execute(statement, asked).first() is not None
