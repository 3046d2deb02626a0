"""Setting up a vote: what a clerk can ask, and between which times."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from participatie.core.errors import N_, Invalid
from participatie.processes.rules import MINUTE, PhaseKind, PhasePeriod
from participatie.votes.rules.holidays import (
    Holiday,
    holiday_on,
    is_working_day,
    next_working_day,
)
from participatie.votes.rules.kinds import BallotKind

MOST_QUESTIONS = 20
MOST_OPTIONS = 100
LONGEST_TITLE = 200
POINTS = 10
"""The points to divide where nobody chose another number."""

LASTS = timedelta(weeks=3)
OPENS, CLOSES = time(9), time(16)
OFFICE = (time(9), time(17))


class Asked(StrEnum):
    """What a clerk chooses among; yes or no is one answer with the options ready."""

    YES_NO = "yes_no"
    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    POINTS = "points"
    OPEN = "open"

    @property
    def kind(self) -> BallotKind:
        """The kind of question that it becomes."""
        return BallotKind.SINGLE if self is Asked.YES_NO else BallotKind(self.value)


def proposed(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a vote could open and close: on working days, while somebody is at the office."""
    first = next_working_day(now.astimezone(zone).date() + timedelta(days=1))
    last = next_working_day(first + LASTS)
    return datetime.combine(first, OPENS, zone), datetime.combine(last, CLOSES, zone)


def proposed_in(
    phases: Iterable[PhasePeriod], now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """When a vote of a process could open and close: on the first and the last day of its phase to
    vote in, or from tomorrow where that phase runs already; without such a phase as any vote."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    for phase in phases:
        first = max(phase.starts_at.astimezone(zone).date(), tomorrow)
        last = (phase.ends_at - MINUTE).astimezone(zone).date()
        opens = max(phase.starts_at.astimezone(zone), datetime.combine(first, OPENS, zone))
        closes = min(phase.ends_at.astimezone(zone), datetime.combine(last, CLOSES, zone))
        if phase.kind is PhaseKind.VOTE and opens < closes:
            return opens, closes
    return proposed(now, zone)


def in_office_hours(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody is there then."""
    local = moment.astimezone(zone)
    return is_working_day(local.date()) and OFFICE[0] <= local.time() <= OFFICE[1]


def out_of_office(
    moments: Iterable[datetime], zone: ZoneInfo
) -> list[tuple[datetime, Holiday | None]]:
    """The moments at which nobody is there, each with the public holiday on which it falls."""
    return [
        (moment, holiday_on(moment.astimezone(zone).date()))
        for moment in moments
        if not in_office_hours(moment, zone)
    ]


def lines(typed: str) -> list[str]:
    """The answers in a text that has one on each line."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def check_titles(added: Sequence[str], known: Iterable[str]) -> None:
    """Whether these can stand beside what is there. Raises `Invalid`."""
    taken = {title.casefold() for title in known}
    for title in added:
        if len(title) > LONGEST_TITLE:
            raise Invalid(
                N_("«%(title)s…» is too long. At most %(most)s characters fit."),
                field="options",
                title=title[:30],
                most=LONGEST_TITLE,
            )
        if title.casefold() in taken:
            raise Invalid(
                N_("«%(title)s» stands there twice. Take one away."), field="options", title=title
            )
        taken.add(title.casefold())
    if len(taken) > MOST_OPTIONS:
        raise Invalid(
            N_("A question has at most %(most)s answers to choose from. Take some away."),
            field="options",
            most=MOST_OPTIONS,
        )


def check_numbers(kind: BallotKind, minimum: int, maximum: int | None) -> None:
    """Whether the numbers of a question go together. Raises `Invalid`."""
    if maximum is not None and maximum < max(minimum, 1):
        raise Invalid(
            N_("This is less than a voter must choose at least. Fill in a higher number."),
            field="most",
        )
    if kind is BallotKind.POINTS and maximum is None:
        raise Invalid(N_("Fill in how many points each voter has."), field="most")
