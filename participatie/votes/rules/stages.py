"""What a resident can do with a vote now."""

from datetime import datetime
from enum import StrEnum

from participatie.votes.rules.rounds import RoundState


class Stage(StrEnum):
    """Where a vote is, as a page shows it."""

    NO_VOTE_YET = "no_vote_yet"
    OPEN = "open"
    COUNTING = "counting"
    RESULT = "result"
    BROKEN_OFF = "broken_off"


def stage_at(state: RoundState, *, opens_at: datetime, closes_at: datetime, now: datetime) -> Stage:
    """What a page shows at `now`; whether a vote is taken is for the clock of the database."""
    if state is RoundState.PUBLISHED:
        return Stage.RESULT
    if state is RoundState.BROKEN_OFF:
        return Stage.BROKEN_OFF
    if state in {RoundState.CLOSED, RoundState.COUNTED}:
        return Stage.COUNTING
    if state is RoundState.OPEN and now >= closes_at:
        return Stage.COUNTING
    if state is RoundState.OPEN and now >= opens_at:
        return Stage.OPEN
    return Stage.NO_VOTE_YET
