"""A process as a reader wants it at some moment: its card, its timeline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from participatie.budget.models.budgets import Budget
from participatie.budget.rules.road import Now, now_of
from participatie.core.clock import AMSTERDAM
from participatie.core.db import db
from participatie.core.i18n import locale
from participatie.media.models import Image
from participatie.pages.rules import Step, step_now
from participatie.processes import queries
from participatie.processes.models import Phase, Process
from participatie.processes.rules import MINUTE, Place, next_phase, phase_at, place_of
from participatie.theming import formats
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.stages import Stage
from participatie.votes.views.polls import stage_of


@dataclass(frozen=True, slots=True)
class Card:
    """A process as a reader wants it now: the phase that runs or comes, and the one thing to do."""

    process: Process
    phase: Phase | None
    coming: Phase | None
    step: Step
    budget: Budget | None
    plans: int
    today: date
    coming_step: Step = Step.READ
    stage: Stage | None = None
    photo: Image | None = None

    @property
    def now(self) -> Now | None:
        """What happens with its budget; nothing of a process without one."""
        if self.stage is None:
            return None
        return now_of(self.stage, self.phase.kind if self.phase else None)

    @property
    def is_between(self) -> bool:
        """Whether no phase runs, and one is over and one is still to come."""
        if self.phase is not None or self.coming is None:
            return False
        return any(phase.starts_at < self.coming.starts_at for phase in self.process.phases)

    @property
    def coming_at(self) -> datetime | None:
        """When one can do what the next phase is for: a vote can open after its phase begins."""
        if self.coming is None:
            return None
        vote = self.budget.round if self.budget and self.coming_step is Step.VOTE else None
        return max(vote.opens_at, self.coming.starts_at) if vote else self.coming.starts_at

    @property
    def closes_at(self) -> datetime | None:
        """The end of what can be done now."""
        if self.step is Step.VOTE and self.budget and self.budget.round:
            return self.budget.round.closes_at
        return self.phase.ends_at if self.phase else None

    @property
    def days_left(self) -> int:
        """How many days come after today until it closes: a cached page is made anew each day."""
        if self.closes_at is None:
            return 0
        return ((self.closes_at - MINUTE).astimezone(AMSTERDAM).date() - self.today).days


def timeline(phases: Sequence[Phase], moment: datetime) -> list[dict[str, str]]:
    """The phases as the timeline shows them: name, when in words, and where they stand."""
    return [
        {"name": phase.title, "when": _when(phase, moment), "state": place_of(phase, moment)}
        for phase in phases
    ]


def _when(phase: Phase, moment: datetime) -> str:
    if place_of(phase, moment) is Place.LATER:
        return str(gettext("from %(day)s", day=formats.day(phase.starts_at, locale())))
    last = formats.day(phase.ends_at - MINUTE, locale())
    return str(gettext("until and including %(day)s", day=last))


def photos_of(processes: Iterable[Process]) -> dict[int, Image]:
    """The photos that these processes show; nothing is asked where none has one."""
    numbers = [process.id for process in processes if process.photo_id is not None]
    return dict(db.session.execute(queries.photos_of(numbers)).all()) if numbers else {}


def card_of(
    process: Process,
    budget: Budget | None,
    plans: int,
    *,
    moment: datetime,
    stage_of: Callable[[VoteRound, datetime], Stage] = stage_of,
    photo: Image | None = None,
) -> Card:
    phase, coming = phase_at(process.phases, moment), next_phase(process.phases, moment)
    vote = budget.round if budget else None
    takes_plans = (
        budget is not None and budget.takes_plans and (vote is None or vote.rules_hash is None)
    )
    stage = stage_of(vote, moment) if vote else Stage.NO_VOTE_YET if budget else None
    step = step_now(
        phase.kind if phase else None,
        can_vote=stage is Stage.OPEN,
        takes_plans=takes_plans,
        has_result=stage is Stage.RESULT,
    )
    then = step_now(
        coming.kind if coming else None, can_vote=True, takes_plans=takes_plans, has_result=False
    )
    today = moment.astimezone(AMSTERDAM).date()
    return Card(process, phase, coming, step, budget, plans, today, then, stage, photo)
