"""The one button of a process."""

import pytest

from participatie.pages.rules import Holds, Step, holds, says, step_now
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


NOTHING = {
    "has_budget": False,
    "has_vote": False,
    "takes_initiatives": False,
    "has_threshold": False,
    "has_term": False,
    "answers_discussions": False,
}


@pytest.mark.parametrize(
    ("phases", "more", "held"),
    [
        ([], {}, set()),
        ([PhaseKind.INFORM, PhaseKind.RESULT], {"has_threshold": True, "has_term": True}, set()),
        ([PhaseKind.COLLECT], {}, {Holds.PROPOSALS}),
        ([PhaseKind.COLLECT], {"has_threshold": True}, {Holds.PROPOSALS, Holds.THRESHOLD}),
        ([PhaseKind.COLLECT], {"has_term": True}, {Holds.PROPOSALS, Holds.TERM}),
        ([PhaseKind.COLLECT], {"takes_initiatives": True}, {Holds.PROPOSALS, Holds.INITIATIVES}),
        ([PhaseKind.DISCUSS], {"answers_discussions": True}, {Holds.ANSWERED_DISCUSSIONS}),
        ([PhaseKind.VOTE], {}, {Holds.VOTE}),
        ([PhaseKind.RESULT], {"has_vote": True, "has_budget": True}, {Holds.VOTE, Holds.BUDGET}),
    ],
)
def test_a_process_holds_what_its_phases_and_parts_bring(phases, more, held):
    assert holds(phases, **{**NOTHING, **more}) == held


def test_a_text_that_was_changed_stays_in_sight_where_it_is_no_longer_needed():
    none, votes = frozenset[Holds](), frozenset({Holds.VOTE})
    assert [says(None, none, is_changed=False), says(Holds.VOTE, votes, is_changed=False)] == [
        True,
        True,
    ]
    assert not says(Holds.VOTE, none, is_changed=False)
    assert says(Holds.VOTE, none, is_changed=True)
