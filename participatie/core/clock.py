"""The one place that reads the clock; the edges call it and pass the moment down."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in the Netherlands."""
    return now().astimezone(AMSTERDAM).date()


def next_day(moment: datetime) -> datetime:
    """When the next day begins in the Netherlands."""
    tomorrow = moment.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), AMSTERDAM).astimezone(UTC)
