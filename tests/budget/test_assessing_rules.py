"""What holds for an assessment, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.budget.rules.assessment import (
    GOES_AHEAD,
    TERM_DAYS,
    TRANSITIONS,
    AssessmentState,
    AssessmentStatus,
    Findings,
    Verdict,
    after_finishing,
    check_days,
    costs_are_public,
    counted,
    is_late,
    is_settled,
    is_within,
    may_read,
    status_of,
    term_from,
)
from participatie.core.clock import AMSTERDAM
from participatie.core.errors import Invalid
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.rules import PhaseKind

NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)
WHY = "De grond is van het waterschap."
OPEN, WITH_AUTHOR, FINISHED = AssessmentState

RESIDENT = Actor(1, frozenset({Role.RESIDENT}))
ASSESSOR = Actor(2, frozenset({Role.ASSESSOR}))
CLERK = Actor(3, frozenset({Role.CLERK}))


@pytest.mark.parametrize(
    ("findings", "field"),
    [
        (Findings(), "verdict"),
        (Findings(verdict=Verdict.FEASIBLE), "cost"),
        (Findings(verdict=Verdict.WITH_CHANGES, reason=WHY, changed_text=WHY), "cost"),
        (Findings(verdict=Verdict.WITH_CHANGES, cost=1, changed_text=WHY), "reason"),
        (Findings(verdict=Verdict.WITH_CHANGES, cost=1, reason=WHY), "changed_text"),
        (Findings(verdict=Verdict.NOT_FEASIBLE), "reason"),
    ],
)
def test_an_assessment_is_finished_only_with_what_residents_must_know(findings, field):
    with pytest.raises(Invalid) as refused:
        findings.check_complete()
    assert refused.value.field == field


@pytest.mark.parametrize(
    "findings",
    [
        Findings(verdict=Verdict.FEASIBLE, cost=1),
        Findings(verdict=Verdict.WITH_CHANGES, cost=1, reason=WHY, changed_text=WHY),
        Findings(verdict=Verdict.NOT_FEASIBLE, reason=WHY),
    ],
)
def test_what_is_complete_is_not_refused(findings):
    findings.check_complete()


@pytest.mark.parametrize("verdict", Verdict)
def test_only_a_change_goes_to_the_author_first_and_only_when_there_is_one(verdict):
    asked = after_finishing(verdict, has_author=True)
    assert (asked is WITH_AUTHOR) == (verdict is Verdict.WITH_CHANGES)
    assert after_finishing(verdict, has_author=False) is FINISHED


def test_each_state_can_be_left():
    assert {target for targets in TRANSITIONS.values() for target in targets} == set(TRANSITIONS)
    assert TRANSITIONS[FINISHED] == {OPEN}


def test_a_plan_stands_where_its_last_assessment_says():
    assert status_of(OPEN, Verdict.UNDECIDED, is_assigned=False) is AssessmentStatus.NOT_ASSIGNED
    assert status_of(OPEN, Verdict.FEASIBLE, is_assigned=True) is AssessmentStatus.BUSY
    assert status_of(WITH_AUTHOR, Verdict.WITH_CHANGES, is_assigned=True) is (
        AssessmentStatus.WITH_AUTHOR
    )
    for verdict in set(Verdict) - {Verdict.UNDECIDED}:
        assert status_of(FINISHED, verdict, is_assigned=True).value == verdict.value


@given(st.lists(st.sampled_from(AssessmentStatus)))
def test_each_plan_is_counted_once(statuses):
    assert sum(counted(statuses).values()) == len(statuses)


def test_an_assessment_is_late_the_day_after_and_only_while_it_is_open():
    due = date(2027, 3, 14)
    assert not is_late(OPEN, due, today=due)
    assert is_late(OPEN, due, today=due + timedelta(days=1))
    assert not is_late(FINISHED, due, today=due + timedelta(days=1))
    assert not is_late(OPEN, None, today=due)


@given(
    st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(*TERM_DAYS),
)
def test_a_term_has_all_its_days_and_ends_at_midnight(now, days):
    end = term_from(now, days).astimezone(AMSTERDAM)
    assert (end.hour, end.minute) == (0, 0)
    assert (end.date() - now.astimezone(AMSTERDAM).date()).days == days + 1
    assert is_within(end, now)
    assert not is_within(end, end)


def test_a_verdict_stands_when_nobody_can_ask_for_another_look():
    later = NOW + timedelta(days=1)
    assert is_settled(FINISHED, None, now=NOW)
    assert is_settled(FINISHED, NOW, now=NOW)
    assert not is_settled(FINISHED, later, now=NOW)
    assert not is_settled(OPEN, None, now=NOW)
    assert not is_settled(WITH_AUTHOR, None, now=NOW)


@pytest.mark.parametrize("days", [-1, 0, 6, 61])
def test_an_author_has_at_least_a_week(days):
    with pytest.raises(Invalid) as refused:
        check_days(days, field="agree_days")
    assert refused.value.field == "agree_days"
    assert check_days(7, field="agree_days") == 7


def test_an_assessor_reads_what_is_assigned_to_them_and_a_resident_nothing():
    assert may_read(ASSESSOR, is_assigned=True)
    assert not may_read(ASSESSOR, is_assigned=False)
    assert may_read(CLERK, is_assigned=False)
    for actor in (RESIDENT, VISITOR):
        assert not may_read(actor, is_assigned=True)


def test_undecided_and_not_feasible_do_not_go_to_the_vote():
    assert set(Verdict) - GOES_AHEAD == {Verdict.UNDECIDED, Verdict.NOT_FEASIBLE}


def test_costs_are_public_from_their_phase_on():
    phase = SimpleNamespace(kind=PhaseKind.COSTS, starts_at=NOW, ends_at=NOW + timedelta(days=7))
    vote = SimpleNamespace(kind=PhaseKind.VOTE, starts_at=NOW, ends_at=NOW + timedelta(days=7))
    second = timedelta(seconds=1)
    assert not costs_are_public([phase, vote], NOW - second)
    assert costs_are_public([phase, vote], NOW)
    assert costs_are_public([phase], phase.ends_at + second)
    assert costs_are_public([vote], NOW - second)
