"""The one place that reads the clock; the edges call it and pass the moment down."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def next_day(moment: datetime) -> datetime:
    """When the next day begins in the Netherlands."""
    tomorrow = moment.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), AMSTERDAM).astimezone(UTC)
