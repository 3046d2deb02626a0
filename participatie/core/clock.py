"""The one place that reads the clock; the edges call it and pass the moment down."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
