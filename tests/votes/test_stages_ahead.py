"""What somebody finds who comes to vote on a later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from participatie.votes.rules.rounds import RoundState
from participatie.votes.rules.stages import Hindrance, Stage, hindrance, stage_ahead

OPENS, CLOSES = datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 3, 15, 17, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Vote:
    state: RoundState = RoundState.DRAFT
    rules_hash: str | None = "fixed"
    opens_at: datetime = OPENS
    closes_at: datetime = CLOSES


@pytest.mark.parametrize(
    ("at", "stage"),
    [
        (OPENS - MOMENT, Stage.NO_VOTE_YET),
        (OPENS, Stage.OPEN),
        (CLOSES - MOMENT, Stage.OPEN),
        (CLOSES, Stage.COUNTING),
    ],
)
def test_what_is_fixed_opens_and_closes_by_itself(at, stage):
    assert stage_ahead(Vote(), at) is stage
    assert stage_ahead(Vote(rules_hash=None), at) is Stage.NO_VOTE_YET


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.DRAFT])
def test_what_was_done_already_stays_done(state):
    wanted = {RoundState.OPEN: Stage.OPEN, RoundState.PUBLISHED: Stage.RESULT}
    wanted[RoundState.BROKEN_OFF] = Stage.BROKEN_OFF
    assert stage_ahead(Vote(state), OPENS) is wanted.get(state, Stage.COUNTING)


@pytest.mark.parametrize(
    ("votes", "at", "why"),
    [
        ([], OPENS, Hindrance.NO_VOTE),
        ([Vote(RoundState.BROKEN_OFF)], OPENS, Hindrance.NO_VOTE),
        ([Vote()], OPENS, None),
        ([Vote()], OPENS - MOMENT, Hindrance.NOT_OPEN),
        ([Vote()], CLOSES, Hindrance.NOT_OPEN),
        ([Vote(rules_hash=None)], OPENS, Hindrance.NOT_READY),
        ([Vote(rules_hash=None)], OPENS - MOMENT, Hindrance.NOT_READY),
        ([Vote(rules_hash=None)], CLOSES, Hindrance.NOT_OPEN),
        ([Vote(rules_hash=None), Vote()], OPENS, None),
        ([Vote(RoundState.CLOSED)], OPENS, Hindrance.NOT_OPEN),
    ],
)
def test_why_nobody_can_vote_is_told(votes, at, why):
    assert hindrance(votes, at) is why
