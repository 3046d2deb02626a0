"""Phases follow from dates."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from participatie.processes.rules import (
    ALLOWED,
    Action,
    PhaseKind,
    Place,
    begins_at,
    may,
    next_phase,
    phase_at,
    place_of,
)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime


def day(number: int) -> datetime:
    return datetime(2027, 3, number, tzinfo=UTC)


COLLECT = Span(PhaseKind.COLLECT, day(1), day(10))
VOTE = Span(PhaseKind.VOTE, day(10), day(20))
RESULT = Span(PhaseKind.RESULT, day(22), day(28))
ROAD = [COLLECT, VOTE, RESULT]


@pytest.mark.parametrize(
    ("moment", "runs", "comes"),
    [
        (day(1) - MINUTE, None, COLLECT),
        (day(1), COLLECT, VOTE),
        (day(10) - MINUTE, COLLECT, VOTE),
        (day(10), VOTE, RESULT),
        (day(20) - MINUTE, VOTE, RESULT),
        (day(20), None, RESULT),
        (day(21), None, RESULT),
        (day(22), RESULT, None),
        (day(28) - MINUTE, RESULT, None),
        (day(28), None, None),
    ],
)
@pytest.mark.parametrize("road", [ROAD, ROAD[::-1]], ids=["in order", "out of order"])
def test_a_period_includes_its_start_and_not_its_end(road, moment, runs, comes):
    assert phase_at(road, moment) is runs
    assert next_phase(road, moment) is comes


@pytest.mark.parametrize(
    ("moment", "begins"),
    [(day(1) - MINUTE, day(1)), (day(1), None), (day(21), None), (day(29), None)],
)
@pytest.mark.parametrize("road", [ROAD, ROAD[::-1]], ids=["in order", "out of order"])
def test_a_process_has_still_to_begin_until_its_first_phase(road, moment, begins):
    assert begins_at(road, moment) == begins
    assert begins_at([], moment) is None


def test_nothing_runs_and_nothing_comes_without_phases():
    assert phase_at([], day(1)) is None
    assert next_phase([], day(1)) is None
    assert not may(Action.COMMENT, [], day(1))


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (PhaseKind.INFORM, {Action.COMMENT}),
        (PhaseKind.DISCUSS, {Action.DISCUSS, Action.COMMENT}),
        (PhaseKind.COLLECT, {Action.DISCUSS, Action.PROPOSE, Action.SUPPORT, Action.COMMENT}),
        (PhaseKind.SUPPORT, {Action.DISCUSS, Action.SUPPORT, Action.COMMENT}),
        (PhaseKind.ASSESS, {Action.COMMENT}),
        (PhaseKind.VOTE, {Action.VOTE, Action.COMMENT}),
        (PhaseKind.RESULT, {Action.COMMENT}),
        (PhaseKind.EXECUTE, {Action.COMMENT}),
    ],
)
def test_each_phase_lets_people_do_its_own_things(kind, allowed):
    phase = Span(kind, day(1), day(2))
    for action in Action:
        assert may(action, [phase], day(1)) is (action in allowed)
        assert not may(action, [phase], day(2))


def test_every_kind_of_phase_says_what_it_allows():
    assert set(ALLOWED) == set(PhaseKind)


def test_between_two_phases_nothing_is_allowed():
    assert not any(may(action, ROAD, day(21)) for action in Action)


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (day(10) - MINUTE, Place.LATER),
        (day(10), Place.HERE),
        (day(20) - MINUTE, Place.HERE),
        (day(20), Place.DONE),
    ],
)
def test_a_phase_is_done_at_its_end_and_here_from_its_start(moment, place):
    assert place_of(VOTE, moment) is place
