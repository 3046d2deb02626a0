"""What the regulation asks of an initiative, and how its support is counted."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict, Invalid
from participatie.identity.rules import is_bsn
from participatie.proposals.rules.initiatives import (
    ROAD,
    TRANSITIONS,
    Finding,
    Flaw,
    Signatures,
    Stop,
    Terms,
    check_decided,
    check_may_check,
    check_meeting,
    check_moved,
    check_room,
    collects,
    due_at,
    numbers_in,
    outcome_of_check,
    outcome_of_test,
    year_of,
)

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
TERMS = Terms(test_weeks=3, support_weeks=12, check_weeks=2, agenda_weeks=8)
LATER, BEFORE = NOW + timedelta(days=1), NOW - timedelta(days=1)


def test_each_stop_of_the_road_leads_to_the_next():
    for here, then in itertools.pairwise(ROAD):
        assert then in TRANSITIONS[here]


def test_the_ends_of_the_road_lead_nowhere():
    ends = {stop for stop, following in TRANSITIONS.items() if not following}
    assert ends == {Stop.DECIDED, Stop.REFUSED, Stop.TOO_LITTLE}
    assert all(due_at(stop, TERMS, NOW) is None for stop in ends)


@pytest.mark.parametrize(
    "begins",
    [
        NOW,
        datetime(2027, 2, 28, 23, tzinfo=UTC),  # the first minute of 1 March in the Netherlands
        datetime(2027, 3, 1, 22, 59, tzinfo=UTC),  # the last one
    ],
)
def test_each_stop_has_the_term_of_the_regulation_until_its_last_day_is_over(begins):
    assert due_at(Stop.TEST, TERMS, begins) == datetime(2027, 3, 22, 23, tzinfo=UTC)
    assert due_at(Stop.SUPPORT, TERMS, begins) == datetime(2027, 5, 24, 22, tzinfo=UTC)  # summer


@pytest.mark.parametrize("meeting_on", [None, date(2027, 2, 1), date(2027, 3, 1)])
def test_the_council_has_decided_on_the_day_of_its_meeting(meeting_on):
    check_decided(meeting_on, NOW)


def test_the_council_has_decided_nothing_before_its_meeting():
    with pytest.raises(Invalid) as refusal:
        check_decided(date(2027, 3, 2), datetime(2027, 3, 1, 22, 59, tzinfo=UTC))
    assert refusal.value.field == "status"
    check_decided(date(2027, 3, 2), datetime(2027, 3, 1, 23, tzinfo=UTC))


def test_a_year_begins_in_the_netherlands():
    assert year_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == 2027


def test_one_no_ends_the_road_and_says_why():
    yes, no = Finding("Eén", True), Finding("Twee", False, "Dit gaat over belasting.")
    assert outcome_of_test([yes, yes]) is Stop.SUPPORT
    assert outcome_of_test([yes, no]) is Stop.REFUSED
    with pytest.raises(Invalid) as refusal:
        outcome_of_test([yes, Finding("Twee", False, "Nee.")])
    assert refusal.value.field == "reason_1"


@pytest.mark.parametrize("stop", list(Stop))
def test_support_is_collected_after_the_test_until_the_term_is_over(stop):
    assert collects(stop, LATER, NOW) is (stop is Stop.SUPPORT)
    assert not collects(stop, NOW, NOW)


def test_what_is_not_checked_does_not_reach_the_threshold():
    signed = Signatures(online=214, received=86)
    assert (signed.counted, signed.unchecked) == (214, 86)
    assert not signed.reach(300)
    assert signed.could_reach(300)
    with pytest.raises(Conflict):
        outcome_of_check(signed, 300)


def test_the_check_brings_it_to_the_council_or_ends_its_road():
    rejected = {Flaw.TWICE: 4, Flaw.UNREADABLE: 2}
    checked = Signatures(online=214, on_paper=80, received=86, checked=86, rejected=rejected)
    assert checked.flawed == 6
    assert outcome_of_check(checked, 294) is Stop.AGENDA
    assert outcome_of_check(checked, 295) is Stop.TOO_LITTLE


def test_the_check_begins_when_there_may_be_enough_or_the_term_is_over():
    enough, little = Signatures(online=200, received=100), Signatures(online=20)
    check_may_check(enough, 300, LATER, NOW)
    check_may_check(little, 300, BEFORE, NOW)
    with pytest.raises(Conflict):
        check_may_check(little, 300, LATER, NOW)


def test_who_takes_a_signature_on_paper_back_counts_no_longer():
    """It was checked, and does not wait for a check again."""
    taken_back = Signatures(online=1, on_paper=0, received=1, checked=1)
    assert (taken_back.counted, taken_back.unchecked) == (1, 0)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 400))
def test_checking_can_only_confirm_what_could_be_enough(right, wrong, threshold):
    before = Signatures(online=10, received=right + wrong)
    after = Signatures(
        online=10,
        on_paper=right,
        received=right + wrong,
        checked=right + wrong,
        rejected={Flaw.NOT_FOUND: wrong},
    )
    assert after.unchecked == 0
    assert not after.reach(threshold) or before.could_reach(threshold)


def test_no_more_is_checked_than_was_handed_in():
    check_room(Signatures(online=0, received=5, checked=3), 2)
    with pytest.raises(Conflict):
        check_room(Signatures(online=0, received=5, checked=3), 3)


def test_a_meeting_of_the_council_is_not_over():
    assert check_meeting(date(2027, 3, 1), NOW) == date(2027, 3, 1)
    for day in (date(2027, 2, 28), None):
        with pytest.raises(Invalid):
            check_meeting(day, NOW)


def test_bsns_stand_one_on_a_line_with_points_and_empty_lines():
    assert numbers_in("999990007\n\n 9999.90.019 \r\n") == ("999990007", "999990019")


def test_a_wrong_bsn_is_named_by_its_line_and_not_repeated():
    with pytest.raises(Invalid) as refusal:
        numbers_in("999990007\n123456789\n\nabc")
    assert refusal.value.values == {"lines": "2, 4"}
    assert "123456789" not in str(refusal.value)


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_bsns_or_a_sentence(typed):
    found: tuple[str, ...] = ()
    beside: str | None = "numbers"
    try:
        found = numbers_in(typed)
    except Invalid as refusal:
        beside = refusal.field
    assert beside == "numbers"
    assert all(map(is_bsn, found))


def test_a_meeting_moves_to_an_earlier_or_a_later_day_that_is_not_over():
    planned = date(2027, 3, 10)
    assert check_moved(planned, date(2027, 3, 1), NOW) == date(2027, 3, 1)
    assert check_moved(planned, date(2027, 4, 1), NOW) == date(2027, 4, 1)
    assert check_moved(date(2027, 2, 1), date(2027, 3, 1), NOW) == date(2027, 3, 1)


@pytest.mark.parametrize("day", [None, date(2027, 2, 28), date(2027, 3, 10)])
def test_a_meeting_moves_to_no_day_that_is_over_and_not_to_its_own(day):
    with pytest.raises(Invalid) as refusal:
        check_moved(date(2027, 3, 10), day, NOW)
    assert refusal.value.field == "day"
