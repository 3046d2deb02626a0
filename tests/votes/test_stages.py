"""What a page shows of a vote, by its state and the time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participatie.votes.rules.rounds import RoundState
from participatie.votes.rules.stages import Stage, stage_at
from tests.factories import soon

NOW = soon()


@pytest.mark.parametrize(
    ("state", "now", "stage"),
    [
        (RoundState.DRAFT, 5, Stage.NO_VOTE_YET),
        (RoundState.OPEN, -1, Stage.NO_VOTE_YET),
        (RoundState.OPEN, 0, Stage.OPEN),
        (RoundState.OPEN, 9, Stage.OPEN),
        (RoundState.OPEN, 10, Stage.COUNTING),
        (RoundState.CLOSED, 5, Stage.COUNTING),
        (RoundState.COUNTED, 5, Stage.COUNTING),
        (RoundState.PUBLISHED, 5, Stage.RESULT),
        (RoundState.BROKEN_OFF, 5, Stage.BROKEN_OFF),
    ],
)
def test_what_one_can_do_follows_from_state_and_time(state, now, stage):
    opens, closes = NOW, NOW + timedelta(hours=10)
    moment = NOW + timedelta(hours=now)
    assert stage_at(state, opens_at=opens, closes_at=closes, now=moment) is stage
