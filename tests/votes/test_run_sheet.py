"""What the run sheet of a vote says comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules.rounds import Grade, RollKind, RoundState
from participatie.votes.rules.run_sheet import (
    Facts,
    Part,
    Standing,
    Task,
    next_task,
    part_of,
    run_sheet,
)

DRAFT, OPEN, CLOSED = RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED
COUNTED, PUBLISHED = RoundState.COUNTED, RoundState.PUBLISHED
READY = {"is_set_up": True, "closers": 3}
AGREED = {"is_finalised": True}
SEEN = AGREED | {"is_counted": True}


def facts(state=DRAFT, grade=Grade.COMMON, roll_kind=RollKind.OPEN, **more):
    return Facts(state=state, grade=grade, roll_kind=roll_kind, **more)


@pytest.mark.parametrize(
    ("task", "seen"),
    [
        (Task.SET_UP, facts()),
        (Task.CLOSERS, facts(is_set_up=True)),
        (Task.LOG_IN, facts(must_log_in=1, **READY)),
        (Task.ROLL, facts(roll_kind=RollKind.UPLOAD, **READY)),
        (Task.LETTERS, facts(roll_kind=RollKind.CODES, **READY)),
        (Task.KEYS, facts(grade=Grade.HEAVY, **READY)),
        (Task.FIX, facts(**READY)),
        (Task.FIX, facts(grade=Grade.LIGHT, is_set_up=True)),
        (Task.OPEN, facts(is_fixed=True, **READY)),
        (Task.CLOSE, facts(OPEN, is_fixed=True)),
        (Task.PAPER, facts(CLOSED, papers_given=3)),
        (Task.PAPER, facts(CLOSED, papers_given=3, piles=2, piles_open=1)),
        (Task.BALANCE, facts(CLOSED, printed=10, letters_add_up=False)),
        (Task.FINALISE, facts(CLOSED, papers_given=3, piles=2)),
        (Task.HOLDERS, facts(CLOSED, Grade.HEAVY, waits_for_holders=True, **AGREED)),
        (Task.COUNT, facts(CLOSED, **AGREED)),
        (Task.COUNT, facts(CLOSED, Grade.LIGHT)),
        (Task.LOT, facts(CLOSED, is_tied=True, **SEEN)),
        (Task.PUBLISH, facts(COUNTED, **SEEN)),
        (Task.PUBLISH, facts(COUNTED, publishes_by_itself=True, **SEEN)),
        (Task.MAKE_FINAL, facts(PUBLISHED, is_published=True, **SEEN)),
        (None, facts(PUBLISHED, is_published=True, is_final=True, **SEEN)),
        (
            Task.DESTROY,
            facts(PUBLISHED, is_published=True, is_final=True, objections_over=True, **SEEN),
        ),
        (None, facts(RoundState.BROKEN_OFF)),
    ],
)
def test_the_next_step_is_the_first_that_the_team_must_do_or_else_the_program(task, seen):
    assert next_task(run_sheet(seen)) == task


def test_nobody_fixes_rules_before_the_rest_is_ready():
    standing = {line.task: line.standing for line in run_sheet(facts())[Part.BEFORE]}
    assert standing[Task.FIX] is Standing.LATER


def test_what_two_people_agreed_on_for_a_later_moment_goes_by_itself():
    agreed = {"publishes_by_itself": True, **SEEN}
    for before, task in (
        (facts(COUNTED, **agreed), Task.PUBLISH),
        (facts(PUBLISHED, is_published=True, **agreed), Task.MAKE_FINAL),
    ):
        standing = {line.task: line.standing for line in run_sheet(before)[Part.AFTER]}
        assert standing[task] is Standing.BY_ITSELF


@given(
    state=st.sampled_from(RoundState),
    grade=st.sampled_from(Grade),
    roll=st.sampled_from(RollKind),
    flags=st.fixed_dictionaries(
        {
            name: st.booleans()
            for name in ("is_set_up", "is_fixed", "is_finalised", "is_counted", "is_tied")
        }
    ),
)
def test_what_is_over_is_done_and_what_has_not_come_is_later(state, grade, roll, flags):
    sheet = run_sheet(facts(state, grade, roll, **flags))
    order = list(Part)
    here = order.index(part_of(state))
    for part, lines in sheet.items():
        standings = {line.standing for line in lines}
        if order.index(part) < here:
            assert standings <= {Standing.DONE}
        if order.index(part) > here:
            assert standings == {Standing.LATER}
