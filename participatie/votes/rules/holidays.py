"""The public holidays of the Netherlands: on which days nobody is at the office."""

from datetime import date, timedelta
from enum import StrEnum

SATURDAY, SUNDAY = 5, 6


class Holiday(StrEnum):
    """A day that the law calls a public holiday (Algemene termijnenwet, article 3)."""

    NEW_YEAR = "new_year"
    GOOD_FRIDAY = "good_friday"
    EASTER = "easter"
    KINGS_DAY = "kings_day"
    LIBERATION = "liberation"
    ASCENSION = "ascension"
    PENTECOST = "pentecost"
    CHRISTMAS = "christmas"


_AFTER_EASTER = {
    -2: Holiday.GOOD_FRIDAY,
    0: Holiday.EASTER,
    1: Holiday.EASTER,
    39: Holiday.ASCENSION,
    49: Holiday.PENTECOST,
    50: Holiday.PENTECOST,
}


def easter(year: int) -> date:
    """The Sunday of Easter: the one after the first full moon of spring, by the church's moon.

    The Gregorian computus, as Meeus and Jones wrote it down.
    """
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moved + 15) % 30
    quads, odd = divmod(of_century, 4)
    to_sunday = (32 + 2 * rest + 2 * quads - epact - odd) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holiday_on(day: date) -> Holiday | None:
    """Which public holiday `day` is; King's day as it is since 2014, the day before on a Sunday."""
    if (day.month, day.day) == (1, 1):
        return Holiday.NEW_YEAR
    if day.month == 12 and day.day in {25, 26}:
        return Holiday.CHRISTMAS
    if day == _kings_day(day.year):
        return Holiday.KINGS_DAY
    after_easter = _AFTER_EASTER.get((day - easter(day.year)).days)
    if after_easter is not None:
        return after_easter
    return Holiday.LIBERATION if (day.month, day.day) == (5, 5) else None


def is_working_day(day: date) -> bool:
    """Whether the office is open: on no Saturday, no Sunday and no public holiday."""
    return day.weekday() < SATURDAY and holiday_on(day) is None


def next_working_day(day: date) -> date:
    """`day` itself, or the first day after it on which the office is open."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _kings_day(year: int) -> date:
    birthday = date(year, 4, 27)
    return birthday - timedelta(days=1) if birthday.weekday() == SUNDAY else birthday
