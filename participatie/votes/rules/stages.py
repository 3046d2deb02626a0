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


KIOSK_WARNS_AFTER = 60
KIOSK_GONE_AFTER = 90
"""Seconds without a touch after which a kiosk asks whether somebody is there, and clears itself."""
KIOSK_SLACK = 60


def is_left_alone(seen: float, now: float) -> bool:
    """Whether a kiosk was quiet for so long that who comes now is somebody else.

    The screen clears itself before that; this holds when it could not.
    """
    return now - seen > KIOSK_GONE_AFTER + KIOSK_SLACK
