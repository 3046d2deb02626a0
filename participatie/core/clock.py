"""The one place that reads the clock; the edges call it and pass the moment down.

The site follows the clock of the database, which opens and closes votes: what a page says of a vote
and what the ballot box does agree, also where the clock of the machine is wrong.
"""

from datetime import UTC, date, datetime, time, timedelta
from math import inf
from time import monotonic
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

SAME = timedelta(seconds=1)
"""What a clock may differ: so long an answer can be under way."""
OFTEN = 30.0
"""After how many seconds a clock that is followed is heard again."""


class _Other:
    """How far another clock is ahead of this machine's, once it is followed."""

    is_followed = False
    ahead = timedelta()
    heard_at = -inf


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC) + _Other.ahead


def follow(*, really: bool = True) -> None:
    """Go by what `heard` says from now on; else by the clock of this machine."""
    _Other.is_followed, _Other.ahead, _Other.heard_at = really, timedelta(), -inf


def is_due() -> bool:
    """Whether the other clock that is followed was not heard for a while."""
    return _Other.is_followed and monotonic() - _Other.heard_at > OFTEN


def heard(moment: datetime) -> None:
    """Hear what time it is elsewhere."""
    if _Other.is_followed:
        _Other.heard_at = monotonic()
        ahead = moment - datetime.now(UTC)
        _Other.ahead = ahead if abs(ahead) > SAME else timedelta()


def today() -> date:
    """The day it is in the Netherlands."""
    return now().astimezone(AMSTERDAM).date()


def next_day(moment: datetime) -> datetime:
    """When the next day begins in the Netherlands."""
    tomorrow = moment.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), AMSTERDAM).astimezone(UTC)
