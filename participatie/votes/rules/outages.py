"""When an outage just before the closing of a vote asks for a later closing, and which."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from participatie.votes.rules.holidays import next_working_day
from participatie.votes.rules.setting_up import OFFICE, in_office_hours

LAST_HOURS = timedelta(hours=24)
"""How long before the closing an outage weighs: most people vote on the last day."""
LEAST = timedelta(minutes=15)
"""How much of that must be lost."""

Span = tuple[datetime, datetime]


def lost(outages: Iterable[Span], *, closing: datetime, since: datetime | None = None) -> timedelta:
    """How much of the last hours before `closing` was lost; two outages at once count once.

    What was before `since` does not count: then somebody moved the closing and knew of it.
    """
    start = max(closing - LAST_HOURS, since or closing - LAST_HOURS)
    total, reached = timedelta(), start
    for away_from, away_until in sorted(outages):
        begins, ends = max(away_from, reached), min(away_until, closing)
        if begins < ends:
            total += ends - begins
            reached = ends
    return total


def later_closing(
    time_lost: timedelta, *, closing: datetime, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """The closing that gives the lost time back, on a full hour within office hours.

    None when too little was lost.
    """
    if time_lost < LEAST:
        return None
    return _within_office_hours(_full_hour(max(closing, now) + time_lost), zone)


def _full_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + timedelta(hours=1)


def _within_office_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment`, or when the office opens next."""
    if in_office_hours(moment, zone):
        return moment
    local = moment.astimezone(zone)
    is_late = local.time() > OFFICE[1]
    day = next_working_day(local.date() + timedelta(days=is_late))
    return datetime.combine(day, OFFICE[0], zone).astimezone(moment.tzinfo)
