"""Whether a plan can be done: what an assessor says of it, and what its author says to that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from participatie.core.clock import AMSTERDAM
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor, Role
from participatie.processes.rules import PhaseKind, PhasePeriod, midnight

REASON_LENGTH = (20, 2000)
EXPLANATION_LENGTH = (10, 2000)
DURATION_LENGTH = (3, 80)
NOTE_LENGTH = (2, 4000)
RESPONSE_LENGTH = (10, 2000)
GROUP_NAME_LENGTH = (3, 60)
ADVISER_LENGTH = (3, 80)
TERM_DAYS = (7, 60)
"""How many days an author has at least and at most, as a budget sets it."""
TERM = 14
FIRST, AGAIN = 1, 2
"""A plan is looked at once, and once more by somebody else when its author asks."""


class Verdict(StrEnum):
    """What an assessor says of a plan."""

    UNDECIDED = "undecided"
    FEASIBLE = "feasible"
    WITH_CHANGES = "with_changes"
    NOT_FEASIBLE = "not_feasible"


GOES_AHEAD = frozenset({Verdict.FEASIBLE, Verdict.WITH_CHANGES})
"""With these a plan comes on the ballot."""


class AssessmentState(StrEnum):
    """How far an assessment is."""

    OPEN = "open"
    WITH_AUTHOR = "with_author"
    FINISHED = "finished"


TRANSITIONS: dict[AssessmentState, frozenset[AssessmentState]] = {
    AssessmentState.OPEN: frozenset({AssessmentState.WITH_AUTHOR, AssessmentState.FINISHED}),
    AssessmentState.WITH_AUTHOR: frozenset({AssessmentState.OPEN, AssessmentState.FINISHED}),
    AssessmentState.FINISHED: frozenset({AssessmentState.OPEN}),
}


class Consent(StrEnum):
    """What the author said to a changed plan. Who says nothing within the term agrees."""

    NOT_ASKED = "not_asked"
    AGREED = "agreed"
    SILENT = "silent"


class AssessmentStatus(StrEnum):
    """Where a plan stands for who looks over all of them."""

    NOT_ASSIGNED = "not_assigned"
    BUSY = "busy"
    WITH_AUTHOR = "with_author"
    FEASIBLE = "feasible"
    WITH_CHANGES = "with_changes"
    NOT_FEASIBLE = "not_feasible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an assessor found; amounts in cents. It may be half done until it is finished."""

    verdict: Verdict = Verdict.UNDECIDED
    cost: int | None = None
    yearly_cost: int | None = None
    explanation: str = ""
    duration: str = ""
    reason: str = ""
    changed_text: str = ""

    def check_complete(self) -> None:
        """Whether an assessment can be finished with this. Raises `Invalid` for a field.

        A plan that goes ahead has a cost. One that cannot, or not as it stands, has a reason that
        everybody reads; one that has to change, its new text.
        """
        if self.verdict is Verdict.UNDECIDED:
            raise Invalid(
                N_("Choose whether the plan can be done before you finish."), field="verdict"
            )
        if self.verdict in GOES_AHEAD and not self.cost:
            raise Invalid(N_("Fill in what the plan costs."), field="cost")
        if self.verdict is not Verdict.FEASIBLE and not self.reason:
            raise Invalid(N_("Write why. Everybody can read it."), field="reason")
        if self.verdict is Verdict.WITH_CHANGES and not self.changed_text:
            raise Invalid(N_("Write how the plan reads after the change."), field="changed_text")


def after_finishing(verdict: Verdict, *, has_author: bool) -> AssessmentState:
    """A plan that has to change goes to its author first; every other verdict is public at once."""
    asks = verdict is Verdict.WITH_CHANGES and has_author
    return AssessmentState.WITH_AUTHOR if asks else AssessmentState.FINISHED


def status_of(state: AssessmentState, verdict: Verdict, *, is_assigned: bool) -> AssessmentStatus:
    """Where a plan stands with its last assessment; one without any is not assigned."""
    if state is AssessmentState.OPEN:
        return AssessmentStatus.BUSY if is_assigned else AssessmentStatus.NOT_ASSIGNED
    if state is AssessmentState.WITH_AUTHOR:
        return AssessmentStatus.WITH_AUTHOR
    return AssessmentStatus(verdict.value)


def counted(statuses: Iterable[AssessmentStatus]) -> dict[AssessmentStatus, int]:
    """How many plans stand where, zeros too."""
    rows = list(statuses)
    return {status: rows.count(status) for status in AssessmentStatus}


def is_late(state: AssessmentState, due_on: date | None, *, today: date) -> bool:
    """Whether an assessment should have been ready before today."""
    return state is AssessmentState.OPEN and due_on is not None and due_on < today


def term_from(now: datetime, days: int) -> datetime:
    """The end of a term of `days` whole days after today, at midnight in the Netherlands."""
    return midnight(now.astimezone(AMSTERDAM).date() + timedelta(days=days + 1))


def is_within(term: datetime | None, now: datetime) -> bool:
    """Whether a term runs still; at the moment of its end it is over."""
    return term is not None and now < term


def is_settled(state: AssessmentState, objection_by: datetime | None, *, now: datetime) -> bool:
    """Whether a verdict stands: it is finished, and nobody can ask for another look any more."""
    return state is AssessmentState.FINISHED and not is_within(objection_by, now)


def costs_are_public(phases: Iterable[PhasePeriod], now: datetime) -> bool:
    """Whether everybody may read what assessed plans cost: from the phase for it on, if there is
    one, and else as soon as a plan has a verdict.
    """
    starts = [phase.starts_at for phase in phases if phase.kind is PhaseKind.COSTS]
    return not starts or min(starts) <= now


def check_days(days: int, *, field: str) -> int:
    """`days`, when an author has that long to answer. Raises `Invalid`."""
    least, most = TERM_DAYS
    if not least <= days <= most:
        raise Invalid(
            N_("Fill in a number of days from %(least)s to %(most)s."),
            field=field,
            least=least,
            most=most,
        )
    return days


def is_assessor(actor: Actor) -> bool:
    """Whether plans can be assigned to `actor`."""
    return Role.ASSESSOR in actor.roles


def may_read(actor: Actor, *, is_assigned: bool) -> bool:
    """A clerk reads every assessment, an assessor only those assigned to them."""
    return actor.is_clerk or (is_assessor(actor) and is_assigned)
