"""Who may take part, by home, age and group."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.areas.rules import postcode, postcodes
from participatie.audience.rules import (
    Audience,
    Kind,
    Person,
    Reason,
    Verdict,
    age_on,
    answer,
    birth_year,
    check,
    may_take_part,
    stricter,
)
from participatie.core.errors import Invalid

ON = date(2027, 3, 14)
HERE = Person(lives_here=True, knows_address=True, area_id=1, born_on=date(1984, 5, 1))
AREA_1 = Audience(Kind.AREAS, frozenset({1}))


@pytest.mark.parametrize(
    ("audience", "person", "reason"),
    [
        (Audience(Kind.EVERYONE), Person(lives_here=False), None),
        (Audience(), Person(lives_here=False), Reason.NOT_A_RESIDENT),
        (Audience(), Person(), None),
        (AREA_1, HERE, None),
        (AREA_1, Person(lives_here=True, knows_address=True, area_id=2), Reason.ELSEWHERE),
        (AREA_1, Person(lives_here=True, knows_address=True), Reason.ELSEWHERE),
        (AREA_1, Person(lives_here=True), Reason.ADDRESS_UNKNOWN),
        (AREA_1, Person(lives_here=False), Reason.NOT_A_RESIDENT),
        (Audience(youngest=12), Person(), Reason.AGE_UNKNOWN),
        (Audience(youngest=43), HERE, Reason.TOO_YOUNG),
        (Audience(youngest=42), HERE, None),
        (Audience(oldest=42), HERE, None),
        (Audience(oldest=41), HERE, Reason.TOO_OLD),
        (Audience(youngest=43, reference_date=date(2027, 5, 1)), HERE, None),
        (Audience(group="jongerenpanel"), HERE, Reason.NOT_IN_GROUP),
        (Audience(group="jongerenpanel"), Person(in_group=True), None),
    ],
)
def test_who_fits_all_of_an_audience_may_take_part(audience, person, reason):
    assert may_take_part(audience, person, ON) is reason


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2011, 3, 14), date(2027, 3, 13), 15),
        (date(2011, 3, 14), date(2027, 3, 14), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_begins_on_the_birthday(born_on, on, age):
    assert age_on(born_on, on) == age


@given(
    born_on=st.dates(date(1910, 1, 1), date(2026, 1, 1)),
    on=st.dates(date(2026, 1, 2), date(2030, 1, 1)),
)
def test_an_age_never_goes_down_and_goes_up_one_at_a_time(born_on, on):
    assert age_on(born_on, on + timedelta(days=1)) - age_on(born_on, on) in {0, 1}


@given(
    year=st.integers(1950, 2026),
    youngest=st.none() | st.integers(0, 90),
    oldest=st.none() | st.integers(0, 90),
    day=st.integers(0, 364),
)
def test_the_answer_to_a_year_never_promises_what_a_birthday_denies(year, youngest, oldest, day):
    audience = Audience(youngest=youngest, oldest=oldest)
    given_ = answer(audience, Person(), year, ON)
    born_on = date(year, 1, 1) + timedelta(days=day)
    reason = may_take_part(audience, Person(born_on=born_on), ON)
    if given_.verdict is Verdict.YES:
        assert reason is None
    if given_.verdict is Verdict.NO and youngest is None:
        assert reason is not None


def test_a_year_in_which_the_birthday_decides_says_so():
    assert answer(Audience(youngest=16), Person(), 2011, ON).verdict is Verdict.AFTER_BIRTHDAY
    assert answer(Audience(youngest=16), Person(), 2010, ON).verdict is Verdict.YES
    assert answer(Audience(youngest=16), Person(), 2012, ON).reason is Reason.TOO_YOUNG


@pytest.mark.parametrize(
    ("audience", "field"),
    [
        (Audience(Kind.AREAS), "areas"),
        (Audience(youngest=121), "youngest"),
        (Audience(oldest=-1), "oldest"),
        (Audience(youngest=18, oldest=12), "oldest"),
    ],
)
def test_an_audience_that_contradicts_itself_is_refused(audience, field):
    with pytest.raises(Invalid) as refusal:
        check(audience)
    assert refusal.value.field == field


def test_a_vote_keeps_the_highest_of_two_lowest_ages():
    both = stricter(Audience(youngest=12), youngest=16, reference_date=ON)
    assert (both.youngest, both.reference_date) == (16, ON)
    assert stricter(Audience(youngest=18), youngest=None, reference_date=None).youngest == 18


@pytest.mark.parametrize("typed", ["1441AB", "1441 ab", " 1441  Ab "])
def test_a_postcode_is_read_as_people_write_it(typed):
    assert postcode(typed) == "1441AB"


@pytest.mark.parametrize("typed", ["", "1441", "0441AB", "1441A1", "1441SS", "١٤٤١AB", "1441ABC"])
def test_what_is_no_postcode_is_refused(typed):
    with pytest.raises(Invalid):
        postcode(typed)


def test_postcodes_of_an_area_are_whole_ones_or_four_digits():
    assert postcodes("1442, 1441 ab;1441\n1442\n") == ("1441", "1441AB", "1442")
    with pytest.raises(Invalid, match="144"):
        postcodes("1441, 144")


@pytest.mark.parametrize("typed", ["", "84", "1906", "2028", "١٩٨٤", "19 84"])
def test_what_is_no_year_of_birth_is_refused(typed):
    with pytest.raises(Invalid):
        birth_year(typed, ON, field="who_birth_year")
