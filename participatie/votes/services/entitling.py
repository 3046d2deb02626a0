"""Whether somebody may vote by where they live and how old they are.

A list of voters or a letter says that already; only who comes by logging in to a vote with an open
roll is asked.
"""

from dataclasses import dataclass
from datetime import datetime

from participatie.audience.queries import audience_in
from participatie.audience.rules import Audience, stricter
from participatie.audience.services import check_in
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.rules import Actor
from participatie.votes.queries.rounds import WHO_MAY
from participatie.votes.rules.rounds import RollKind


@dataclass(frozen=True, slots=True)
class RoundAudience:
    """For whom a round is, and the process whose group it asks for."""

    audience: Audience
    process_id: int | None
    has_open_roll: bool


def round_audience(round_id: int) -> RoundAudience:
    """For whom a round is. Raises `NotFound`."""
    row = db.session.execute(WHO_MAY, {"round": round_id}).one_or_none()
    if row is None:
        raise NotFound
    audience = stricter(audience_in(row), youngest=row.minimum_age, reference_date=row.on)
    return RoundAudience(audience, row.process_id, row.roll_kind is RollKind.OPEN)


def check_may_vote(round_id: int, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` is not in the audience of a round, `AskedFirst` when they can
    still say so."""
    of_round = round_audience(round_id)
    if of_round.has_open_roll:
        check_in(of_round.audience, of_round.process_id, actor=actor, now=now)
