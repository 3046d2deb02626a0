"""What a resident can do with a vote now."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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


def state_ahead(
    state: RoundState, *, is_fixed: bool, opens_at: datetime, at: datetime
) -> RoundState:
    """How far a vote is at a later moment when nobody does anything: it opens by itself.

    It does when its rules are fixed; what is still being set up stays as it is.
    """
    opens = state is RoundState.DRAFT and is_fixed and opens_at <= at
    return RoundState.OPEN if opens else state


class Hindrance(StrEnum):
    """Why nobody can vote in a process at some moment."""

    NO_VOTE = "no_vote"
    NOT_READY = "vote_not_ready"
    NOT_OPEN = "vote_not_open"


class PlannedVote(Protocol):
    """A vote with its times."""

    @property
    def state(self) -> RoundState: ...
    @property
    def rules_hash(self) -> str | None: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...


def stage_ahead(vote: PlannedVote, at: datetime) -> Stage:
    """What a page shows of a vote at a later moment, when nobody does anything."""
    opens_at, is_fixed = vote.opens_at, vote.rules_hash is not None
    state = state_ahead(vote.state, is_fixed=is_fixed, opens_at=opens_at, at=at)
    return stage_at(state, opens_at=opens_at, closes_at=vote.closes_at, now=at)


def hindrance(votes: Iterable[PlannedVote], at: datetime) -> Hindrance | None:
    """Why nobody can vote at `at` in any of the votes of a process; None when somebody can."""
    live = [vote for vote in votes if vote.state is not RoundState.BROKEN_OFF]
    if not live:
        return Hindrance.NO_VOTE
    if any(stage_ahead(vote, at) is Stage.OPEN for vote in live):
        return None
    waits = any(
        vote.state is RoundState.DRAFT and vote.rules_hash is None and at < vote.closes_at
        for vote in live
    )
    return Hindrance.NOT_READY if waits else Hindrance.NOT_OPEN


KIOSK_WARNS_AFTER = 60
KIOSK_GONE_AFTER = 90
"""Seconds without a touch after which a kiosk asks whether somebody is there, and clears itself."""
KIOSK_SLACK = 60


def is_left_alone(seen: float, now: float) -> bool:
    """Whether a kiosk was quiet for so long that who comes now is somebody else.

    The screen clears itself before that; this holds when it could not.
    """
    return now - seen > KIOSK_GONE_AFTER + KIOSK_SLACK
