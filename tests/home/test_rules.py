"""The one button of a process."""

import pytest

from participatie.pages.rules import Step, step_now
from participatie.processes.rules import PhaseKind


@pytest.mark.parametrize(
    ("phase", "can_vote", "has_result", "step"),
    [
        (PhaseKind.DISCUSS, False, False, Step.DISCUSS),
        (PhaseKind.COLLECT, False, False, Step.PROPOSE),
        (PhaseKind.COLLECT, True, True, Step.PROPOSE),
        (PhaseKind.SUPPORT, False, True, Step.SUPPORT),
        (PhaseKind.VOTE, True, False, Step.VOTE),
        (PhaseKind.VOTE, False, False, Step.READ),
        (PhaseKind.VOTE, False, True, Step.RESULT),
        (PhaseKind.ASSESS, True, False, Step.READ),
        (PhaseKind.RESULT, False, True, Step.RESULT),
        (PhaseKind.RESULT, False, False, Step.READ),
        (PhaseKind.EXECUTE, False, True, Step.RESULT),
        (PhaseKind.INFORM, False, False, Step.READ),
        (None, True, False, Step.READ),
        (None, False, True, Step.RESULT),
    ],
)
def test_each_phase_asks_one_thing(phase, can_vote, has_result, step):
    assert step_now(phase, can_vote=can_vote, has_result=has_result) is step


def test_a_budget_that_takes_plans_asks_for_a_plan_where_others_ask_for_a_proposal():
    for phase in PhaseKind:
        step = step_now(phase, can_vote=True, has_result=False, takes_plans=True)
        assert (step is Step.SUBMIT) == (phase is PhaseKind.COLLECT)
