"""The days on which nobody is at the office, for every year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules.holidays import (
    SATURDAY,
    Holiday,
    easter,
    holiday_on,
    is_working_day,
    next_working_day,
)

YEARS = st.integers(1583, 9999)
DAYS = st.dates(date(2014, 1, 1), date(2200, 12, 31))


def easter_by_the_moon(year):
    """The first Sunday after the full moon of the church, counted day by day from 21 March.

    Another way than the one under test: by the epact of Lilius, the age of the moon on 1 January.
    """
    century, golden = year // 100 + 1, year % 19 + 1
    solar, lunar = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + lunar - solar) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full = date(year, 3, 1) + timedelta(days=43 - epact + (30 if epact > 23 else 0))
    first = full + timedelta(days=1)
    return first + timedelta(days=-first.isoweekday() % 7)


@pytest.mark.parametrize(
    "day",
    ["1818-03-22", "1943-04-25", "1961-04-02", "2024-03-31", "2025-04-20", "2026-04-05",
     "2027-03-28", "2028-04-16", "2038-04-25", "2076-04-19", "2285-03-22"],
)  # fmt: skip
def test_easter_is_on_the_sunday_that_the_church_says(day):
    assert easter(int(day[:4])).isoformat() == day


def test_easter_of_every_year_is_as_the_moon_says():
    for year in range(1583, 10_000):
        assert easter(year) == easter_by_the_moon(year), year


@given(YEARS)
def test_easter_is_a_sunday_in_spring_and_the_rest_hangs_on_it(year):
    sunday = easter(year)
    assert sunday.isoweekday() == 7
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)
    of_year = {n: holiday_on(sunday + timedelta(days=n)) for n in (-2, 0, 1, 39, 49, 50)}
    ascension = sunday + timedelta(days=39)
    wanted = [Holiday.GOOD_FRIDAY, Holiday.EASTER, Holiday.EASTER, Holiday.ASCENSION]
    assert list(of_year.values()) == [*wanted, Holiday.PENTECOST, Holiday.PENTECOST]
    assert ascension.isoweekday() == 4


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2027-01-01", Holiday.NEW_YEAR),
        ("2027-03-26", Holiday.GOOD_FRIDAY),
        ("2027-03-29", Holiday.EASTER),
        ("2027-04-27", Holiday.KINGS_DAY),
        ("2025-04-26", Holiday.KINGS_DAY),  # the 27th is a Sunday
        ("2025-04-27", None),
        ("2027-05-05", Holiday.LIBERATION),
        ("2016-05-05", Holiday.ASCENSION),  # and the day of liberation
        ("2027-05-06", Holiday.ASCENSION),
        ("2027-05-17", Holiday.PENTECOST),
        ("2027-12-25", Holiday.CHRISTMAS),
        ("2027-12-26", Holiday.CHRISTMAS),
        ("2027-12-24", None),
        ("2027-12-31", None),
        ("2027-05-04", None),
    ],
)
def test_each_public_holiday_is_known(day, holiday):
    assert holiday_on(date.fromisoformat(day)) is holiday


@given(DAYS)
def test_a_working_day_comes_within_five_days(day):
    found = next_working_day(day)
    assert is_working_day(found)
    assert day <= found <= day + timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@given(DAYS)
def test_no_office_is_open_in_a_weekend_or_on_a_holiday(day):
    is_free = day.weekday() >= SATURDAY or holiday_on(day) is not None
    assert is_working_day(day) is not is_free


@given(st.integers(2014, 2200))
def test_a_year_has_eleven_holidays_less_what_falls_together(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(holiday_on(day) is not None for day in days) in {10, 11}
