"""Moments counted from the moment of seeding, so that the demo is always in full swing."""

from datetime import datetime, time, timedelta

from participatie.core.clock import AMSTERDAM

MINUTE = timedelta(minutes=1)


def midnight(now: datetime, days: int) -> datetime:
    """The beginning of the day that is `days` after today, by the clock of Amsterdam."""
    day = now.astimezone(AMSTERDAM).date() + timedelta(days=days)
    return datetime.combine(day, time(), AMSTERDAM).astimezone(now.tzinfo)


def in_the_day(now: datetime, days_ago: int, *, minutes: int = 0) -> datetime:
    """A moment in the day `days_ago`, `minutes` after nine in the morning; never after `now`."""
    return min(midnight(now, -days_ago) + timedelta(hours=9) + minutes * MINUTE, now)
