"""What a process needs before it opens, and how its phases may be planned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict, Invalid
from participatie.identity.rules import VISITOR
from participatie.processes.open_points import OpenPoint, gaps, open_points
from participatie.processes.recipes.reading import recipes, spans
from participatie.processes.rules import (
    Action,
    Level,
    PhaseKind,
    PlannedPhase,
    ProcessState,
    Reader,
    Refusal,
    Starters,
    address_of,
    can_still_come,
    check_archivable,
    check_move,
    check_planning,
    days_later,
    first_day_of,
    lies_in_vote_phase,
    midnight,
    moment_on,
    proposed_start,
    reader_as_actor,
    state_of,
    why_not,
)

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Phase:
    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime
    id: int = 1
    title: str = "Ideeën insturen"


def road(*kinds: PhaseKind, begins: datetime = NOW + WEEK) -> list[Phase]:
    """Phases of a week, one after the other."""
    return [
        Phase(kind, begins + n * WEEK, begins + (n + 1) * WEEK, id=n + 1)
        for n, kind in enumerate(kinds)
    ]


@dataclass(frozen=True)
class Prepared:
    """A process that is ready to open."""

    title: str = "Het Havenplein wordt groen"
    summary: str = "Wat komt er op het plein?"
    text: str = "De parkeerplaatsen verdwijnen van het plein."
    level: Level = Level.ADVISE
    contact_name: str = "Karin Smit"
    contact_email: str = "karin@waterlanden.example"
    contact_phone: str = "14 0299"
    support_threshold: int | None = 50
    discussion_starters: Starters = Starters.NOBODY
    phases: list[Phase] = field(
        default_factory=lambda: road(PhaseKind.COLLECT, PhaseKind.ASSESS, PhaseKind.RESULT)
    )


def test_a_process_with_everything_in_it_is_ready():
    assert open_points(Prepared(), NOW) == ()


@pytest.mark.parametrize(
    ("change", "point"),
    [
        ({"title": "Plein"[:4]}, OpenPoint.NO_TITLE),
        ({"summary": ""}, OpenPoint.NO_SUMMARY),
        ({"text": ""}, OpenPoint.NO_TEXT),
        ({"text": "Het gaat over [vul in: welk plein] en meer."}, OpenPoint.BLANK_LEFT),
        ({"summary": "Het gaat over [Vul in: welk plein]."}, OpenPoint.BLANK_LEFT),
        (
            {"phases": [replace(road(PhaseKind.COLLECT)[0], title="[naam]")]},
            OpenPoint.BLANK_IN_PHASE,
        ),
        ({"contact_name": ""}, OpenPoint.NO_CONTACT_NAME),
        ({"contact_email": ""}, OpenPoint.NO_CONTACT_EMAIL),
        ({"contact_email": "karin"}, OpenPoint.NO_CONTACT_EMAIL),
        ({"contact_phone": ""}, OpenPoint.NO_CONTACT_PHONE),
        ({"phases": []}, OpenPoint.NO_PHASES),
        (
            {"phases": road(PhaseKind.COLLECT, begins=NOW - 4 * WEEK)},
            OpenPoint.ALL_OVER,
        ),
        ({"phases": road(PhaseKind.ASSESS, PhaseKind.COLLECT)}, OpenPoint.OUT_OF_ORDER),
        (
            {"phases": road(PhaseKind.INFORM), "support_threshold": None},
            OpenPoint.NOTHING_TO_DO,
        ),
        ({"level": Level.CO_DECIDE}, OpenPoint.DECIDES_WITHOUT_VOTE),
        ({"phases": road(PhaseKind.COLLECT, PhaseKind.VOTE)}, OpenPoint.VOTE_WITHOUT_RESULT),
        (
            {"phases": road(PhaseKind.VOTE, PhaseKind.RESULT)},
            OpenPoint.THRESHOLD_WITHOUT_SUPPORT,
        ),
        (
            {"phases": road(PhaseKind.SUPPORT), "support_threshold": None},
            OpenPoint.SUPPORT_WITHOUT_THRESHOLD,
        ),
        (
            {"phases": road(PhaseKind.DISCUSS), "support_threshold": None},
            OpenPoint.DISCUSS_WITHOUT_STARTERS,
        ),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_named_and_nothing_else(change, point):
    assert open_points(replace(Prepared(), **change), NOW) == (point,)


def test_every_point_is_in_the_table_above():
    mark = test_what_is_missing_or_contradicts_itself_is_named_and_nothing_else.pytestmark[0]
    beside_it = {
        OpenPoint.AREA_WITHOUT_POSTCODE,
        OpenPoint.BLANK_IN_OWN_WORDS,
        OpenPoint.BLANK_IN_REGULATION,
        OpenPoint.TITLE_TAKEN,
    }
    named = {point for _, point in mark.args[1]} | beside_it
    assert named == set(OpenPoint)


PHASE, WAITS = PhaseKind, True


@pytest.mark.parametrize(
    ("kinds", "waits"),
    [
        ((PHASE.COLLECT, PHASE.ASSESS, PHASE.VOTE), WAITS),
        ((PHASE.COSTS, PHASE.VOTE), WAITS),
        ((PHASE.INFORM, PHASE.VOTE), not WAITS),
        ((PHASE.VOTE, PHASE.RESULT, PHASE.COLLECT), not WAITS),
        ((PHASE.COLLECT, PHASE.RESULT), WAITS),
        ((), not WAITS),
    ],
)
def test_what_people_choose_from_waits_only_where_a_phase_before_the_vote_brings_it(kinds, waits):
    assert can_still_come(road(*kinds), NOW) is waits


def test_what_people_choose_from_waits_no_longer_than_the_phase_that_brings_it():
    planned = road(PHASE.COLLECT, PHASE.VOTE, begins=NOW - WEEK)
    assert not can_still_come(planned, NOW)
    assert can_still_come(planned, NOW - WEEK / 2)


@pytest.mark.parametrize(
    ("opens", "closes", "lies"),
    [(1, 2, True), (1, 1.5, True), (0.9, 2, False), (1.5, 2.1, False), (0, 1, False)],
)
def test_a_vote_lies_in_one_phase_to_vote_in(opens, closes, lies):
    planned = road(PHASE.COLLECT, PHASE.VOTE, PHASE.RESULT, begins=NOW)
    opens_at, closes_at = NOW + opens * WEEK, NOW + closes * WEEK
    assert lies_in_vote_phase(opens_at, closes_at, planned) is lies


@pytest.mark.parametrize(
    "left",
    ["[…]", "[...]", "[naam]", "[xx]", "[ Vul dit in ]", "Vul hier in wat u wilt", "Lorem ipsum"],
)
def test_what_somebody_should_have_filled_in_is_a_blank_and_a_bracket_is_none(left):
    blank = replace(Prepared(), text=f"Wat komt er op het plein? {left}")
    assert open_points(blank, NOW) == (OpenPoint.BLANK_LEFT,)
    assert open_points(replace(Prepared(), text="Het plein [zie de kaart] is leeg."), NOW) == ()


@pytest.mark.parametrize("recipe", recipes().values(), ids=lambda recipe: recipe.name)
def test_a_recipe_lacks_only_what_a_clerk_has_to_fill_in(recipe):
    phases = [
        Phase(span.step.kind, midnight(span.first_day), midnight(span.ends))
        for span in spans(recipe, proposed_start(NOW))
    ]
    draft = replace(
        Prepared(),
        summary=recipe.summary,
        text=recipe.text,
        level=recipe.level,
        support_threshold=recipe.support_threshold,
        discussion_starters=recipe.discussion_starters,
        phases=phases,
    )
    assert open_points(draft, NOW) == (OpenPoint.BLANK_LEFT,)
    check_planning([PlannedPhase(1, p.title, p.starts_at, p.ends_at) for p in phases])


# Planning


def planned(first: int, last: int, number: int = 1) -> PlannedPhase:
    return PlannedPhase(
        number, f"Fase {number}", NOW + timedelta(days=first), NOW + timedelta(days=last)
    )


def test_phases_that_follow_on_each_other_or_leave_a_gap_are_good():
    check_planning([planned(1, 5), planned(5, 9, 2), planned(20, 22, 3)])


def test_a_phase_that_ends_before_it_begins_is_refused_beside_its_last_day():
    with pytest.raises(Invalid) as refusal:
        check_planning([planned(5, 5)])
    assert refusal.value.field == "last_day_1"


@pytest.mark.parametrize("second", [(4, 9), (1, 2), (-3, 0)])
def test_a_phase_that_overlaps_or_comes_before_the_one_before_is_refused(second):
    with pytest.raises(Invalid) as refusal:
        check_planning([planned(1, 5), planned(second[0], second[1], 2)])
    assert refusal.value.field == "first_day_2"


@given(st.lists(st.integers(-400, 400), min_size=2, max_size=12))
def test_what_passes_never_overlaps(days):
    phases = [planned(a, b, n) for n, (a, b) in enumerate(zip(days[::2], days[1::2], strict=False))]
    try:
        check_planning(phases)
    except Invalid:
        return
    moments = [m for phase in phases for m in (phase.starts_at, phase.ends_at)]
    assert moments == sorted(moments)


def kept(first: int, last: int) -> Phase:
    return Phase(PhaseKind.COLLECT, NOW + timedelta(days=first), NOW + timedelta(days=last))


@pytest.mark.parametrize(
    ("before", "after"),
    [((2, 5), (3, 9)), ((-2, 5), (-2, 9)), ((-2, 5), (-2, 1)), ((-5, -2), (-5, -2))],
)
def test_what_is_still_to_come_moves_freely(before, after):
    check_move(kept(*before), planned(*after), NOW)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ((-2, 5), (-1, 5), "first_day_1"),
        ((-2, 5), (1, 5), "first_day_1"),
        ((2, 5), (-1, 5), "first_day_1"),
        ((-2, 5), (-2, -1), "last_day_1"),
        ((-5, -2), (-5, 3), "last_day_1"),
    ],
)
def test_what_has_begun_keeps_its_beginning_and_what_is_over_its_end(before, after, field):
    with pytest.raises(Invalid) as refusal:
        check_move(kept(*before), planned(*after), NOW)
    assert refusal.value.field == field


@pytest.mark.parametrize("last", [1, 100])
def test_a_process_with_a_phase_that_runs_or_comes_is_not_archived(last):
    with pytest.raises(Conflict):
        check_archivable([kept(-9, -5), kept(-2, last)], NOW)


def test_a_process_of_which_all_is_over_can_be_archived():
    check_archivable([kept(-9, -5)], NOW)


# Days


def test_a_new_process_begins_on_a_monday_at_least_two_weeks_ahead():
    for day in range(14):
        start = proposed_start(NOW + timedelta(days=day))
        assert start.weekday() == 0
        assert 14 <= (start - (NOW + timedelta(days=day)).date()).days < 21


def test_a_day_later_is_the_same_time_on_the_clock_when_summer_begins():
    assert midnight(date(2027, 3, 28)) == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert days_later(midnight(date(2027, 3, 28)), 1) == midnight(date(2027, 3, 29))
    assert midnight(date(2027, 3, 29)) == datetime(2027, 3, 28, 22, tzinfo=UTC)


def test_the_first_day_is_the_day_in_the_netherlands():
    late = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    assert first_day_of([Phase(PhaseKind.VOTE, late, late + WEEK)]) == date(2027, 3, 2)
    assert first_day_of([]) is None


def test_a_preview_shows_noon_or_the_phase_that_begins_later_that_day():
    day = date(2027, 3, 8)
    assert moment_on(day, []) == datetime(2027, 3, 8, 11, tzinfo=UTC)
    evening = datetime(2027, 3, 8, 18, tzinfo=UTC)
    assert moment_on(day, [Phase(PhaseKind.VOTE, evening, evening + WEEK)]) == evening


# Address, state, readers


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Eén plein voor café Özgür!", "een-plein-voor-cafe-ozgur"),
        ("  2027: wat nu?  ", "2027-wat-nu"),
        ("🌳🌳🌳", "traject"),
        ("x" * 90, "x" * 60),
    ],
)
def test_an_address_is_made_of_the_title(title, address):
    assert address_of(title) == address


@given(st.text())
def test_an_address_can_always_stand_in_a_link(title):
    address = address_of(title)
    assert address
    assert address.replace("-", "").isalnum()
    assert address.isascii()
    assert address_of(address) == address


def test_the_state_follows_from_the_moments():
    assert state_of(None, None) is ProcessState.DRAFT
    assert state_of(NOW, None) is ProcessState.PUBLISHED
    assert state_of(NOW, NOW) is ProcessState.ARCHIVED


@pytest.mark.parametrize(
    ("reader", "refusal"),
    [
        (Reader.RESIDENT, None),
        (Reader.CHILD, None),
        (Reader.VISITOR, Refusal.LOG_IN),
    ],
)
def test_each_reader_hears_why_not(reader, refusal):
    phases = road(PhaseKind.COLLECT, begins=NOW)
    actor = reader_as_actor(reader)
    assert why_not(Action.PROPOSE, phases, actor=actor, now=NOW) is refusal
    assert why_not(Action.VOTE, phases, actor=actor, now=NOW) is Refusal.NOT_NOW


def test_who_is_not_logged_in_is_nobody():
    assert reader_as_actor(Reader.VISITOR) is VISITOR


def test_phases_that_follow_each_other_leave_no_gap():
    assert gaps(road(*PhaseKind), NOW) == []


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(days=1), 3 * WEEK])
def test_a_time_when_no_phase_runs_is_named_with_its_neighbours(late):
    first, second, third = road(PhaseKind.COLLECT, PhaseKind.ASSESS, PhaseKind.RESULT)
    third = replace(third, starts_at=third.starts_at + late, ends_at=third.ends_at + late)
    assert gaps([third, first, second], NOW) == [(second, third)]
    assert gaps([third, first, second], third.starts_at) == []
    assert OpenPoint.OUT_OF_ORDER not in open_points(Prepared(phases=[first, second, third]), NOW)
