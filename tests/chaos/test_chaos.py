"""The short form: a thousand votes while each part of the system is killed."""

from __future__ import annotations

from tests.chaos.harness import run


def test_no_confirmed_vote_is_lost_or_doubled_while_everything_is_killed():
    outcome = run(1000, seed=4)
    print(outcome)
    assert (outcome.lost, outcome.doubled, outcome.faults) == (0, 0, ())
    assert outcome.kills.total() > 0
