"""What the municipality does with a plan that goes ahead, and how far all of them are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participatie.core.errors import N_, Invalid

REASON_LENGTH = (20, 500)
MILESTONE_LENGTH = (3, 80)
MOST_MILESTONES = 20
MOST_PHOTOS = 10


class ExecutionStatus(StrEnum):
    """How it stands with a plan that goes ahead."""

    PLANNED = "planned"
    BUSY = "busy"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one plan; money in cents. Only a plan that stopped has a reason."""

    status: ExecutionStatus = ExecutionStatus.PLANNED
    spent: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is planned for a plan, for which day, and on which day it was done."""

    title: str
    planned_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far all plans that go ahead are together; money in cents."""

    plans: int
    by_status: dict[ExecutionStatus, int]
    given: int
    spent: int

    @property
    def done(self) -> int:
        """How many plans are done."""
        return self.by_status[ExecutionStatus.DONE]


def progress(plans: Iterable[tuple[int, Standing]]) -> Progress:
    """What plans give together, each with its cost and how it stands."""
    rows = list(plans)
    return Progress(
        plans=len(rows),
        by_status={
            status: sum(standing.status is status for _, standing in rows)
            for status in ExecutionStatus
        },
        given=sum(cost for cost, _ in rows),
        spent=sum(standing.spent for _, standing in rows),
    )


def check_done(done_on: date | None, *, today: date) -> None:
    """A step is done on a day that has been. Raises `Invalid`."""
    if done_on is not None and done_on > today:
        raise Invalid(N_("This day is still to come. Fill it in when it is done."), field="done_on")
