"""How money, numbers and moments are written for people.

Pure functions; `participatie.theming.templating` makes filters of them. Times come in as aware
datetimes and are shown as on the clock in the Netherlands. A period does not include its end, so
`until` shows the minute before it: a vote that closes at midnight is open until 23.59 uur.

A number never stands at the end of a line apart from what it counts: the space behind it does not
break. A long date may break before its year.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

from participatie.core.money import euros

ZONE = ZoneInfo("Europe/Amsterdam")
DUTCH_TIME = "HH.mm\N{NO-BREAK SPACE}'uur'"
DAY = "d\N{NO-BREAK SPACE}MMMM y"
CODE_GROUP = 4
UNITS: list[tuple[Literal["day", "hour", "minute"], timedelta]] = [
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
]
NEVER_LARGER = float("inf")

_NUMBER = re.compile(r"(?<=\d) (?=\w)")
_BEFORE_A_MARK = re.compile(r"(?=[@.])")
_BETWEEN_DIGITS = re.compile(r"(?<=[\d)]) (?=[\d(])")
_remembered = lru_cache(maxsize=4096)  # the same few numbers and days stand on page after page


money = _remembered(euros)


@_remembered
def number(value: float, locale: str = "nl") -> str:
    """A number with its thousands apart: `14.411`; what is less than one comes after a comma."""
    return format_decimal(value, locale=locale)


@_remembered
def percent(value: float, locale: str = "nl") -> str:
    """A part of a whole: `12,5%`."""
    return format_percent(value, "0.0%", locale=locale)


def count(value: int, singular: str, plural: str, locale: str = "nl") -> str:
    """A number and the thing counted: `1 reactie`, `1.204 reacties`, `0 reacties`."""
    return f"{number(value, locale)}\N{NO-BREAK SPACE}{singular if value == 1 else plural}"


def day(value: date, locale: str = "nl") -> str:
    """A day: `14 maart 2027`. Of a datetime: the day it is then in the Netherlands."""
    return _date(_local_day(value), DAY, locale)


def weekday(value: date, locale: str = "nl") -> str:
    """A day with its name: `zondag 14 maart 2027`."""
    return _date(_local_day(value), f"EEEE {DAY}", locale)


@_remembered
def moment(value: datetime, locale: str = "nl") -> str:
    """A moment: `zondag 14 maart 2027, 23.59 uur`."""
    time = format_time(
        _aware(value),
        format=DUTCH_TIME if locale == "nl" else "short",
        tzinfo=ZONE,
        locale=locale,
    )
    return f"{weekday(value, locale)}, {time}"


def until(end: datetime, locale: str = "nl") -> str:
    """The last minute of a period that ends at `end`, which itself is outside it."""
    return moment(_aware(end) - timedelta(minutes=1), locale)


def left(end: datetime, now: datetime, locale: str = "nl") -> str:
    """How long it lasts until `end`, in whole days, hours or minutes, rounded down: `6 dagen`.

    Never less than `1 minuut`: whether it is over already is for a rule to say.
    """
    remaining = max(_aware(end) - _aware(now), timedelta(minutes=1))
    name, length = next((name, length) for name, length in UNITS if remaining >= length)
    return _joined(
        format_timedelta(
            remaining // length * length, granularity=name, threshold=NEVER_LARGER, locale=locale
        )
    )


def ago(value: datetime, now: datetime, locale: str = "nl") -> str:
    """How long ago it was: `3 dagen geleden`."""
    return _joined(
        format_timedelta(
            _aware(value) - _aware(now), add_direction=True, threshold=1, locale=locale
        )
    )


def held(words: str) -> str:
    """What somebody wrote, in which an amount as «€ 18.000» stays on one line."""
    return words.replace("€ ", "€\N{NO-BREAK SPACE}")


def phone(number: str) -> str:
    """A telephone number that stays on one line; words beside it may go on below it."""
    return _BETWEEN_DIGITS.sub("\N{NO-BREAK SPACE}", number)


def address_parts(address: str) -> list[str]:
    """A mail address in the parts between which a line may break: before its @ and full stops."""
    return _BEFORE_A_MARK.split(address)


def tel(number: str) -> str:
    """The address under which a telephone dials `number`: `tel:140299`."""
    return "tel:" + "".join(number.split())


def code_groups(code: str) -> list[str]:
    """A code in groups of four, for reading aloud; spaces and hyphens in it do not count."""
    bare = code.replace(" ", "").replace("-", "")
    return [bare[start : start + CODE_GROUP] for start in range(0, len(bare), CODE_GROUP)]


def _joined(words: str) -> str:
    """A number stays on the line of what it counts; the rest may go on below it."""
    return _NUMBER.sub("\N{NO-BREAK SPACE}", words)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return value


@_remembered
def _date(value: date, form: str, locale: str) -> str:
    return format_date(value, format=form, locale=locale)


def _local_day(value: date) -> date:
    return _aware(value).astimezone(ZONE).date() if isinstance(value, datetime) else value
