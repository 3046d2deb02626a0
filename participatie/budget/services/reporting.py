"""What the council reads of a budget when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.changes import OutcomeChange
from participatie.budget.queries import budgets as queries
from participatie.budget.queries.changes import confirmed
from participatie.budget.rules.areas import Division
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.reports import Costs, Reach
from participatie.contributions.rules import READABLE
from participatie.contributions.services import written
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor
from participatie.processes.models import ProcessFollow
from participatie.proposals.models import Proposal
from participatie.votes.rules.cells import told
from participatie.votes.services.protocols import Protocol, protocol

NEXT_LENGTH = (1, 2000)


@dataclass(frozen=True, slots=True)
class Report:
    """The facts; numbers of fewer than ten people are held back. Amounts in cents.

    `areas` says how many people voted in each part with money of its own, `reach` what part of
    the inhabitants that is, where those parts are areas.
    """

    budget: Budget
    vote: Protocol
    voters: int
    areas: Mapping[str, int | None]
    reach: Sequence[Reach]
    projects: Sequence[Project]
    changes: Sequence[OutcomeChange]
    proposals: int
    supports: int
    followers: int
    costs: Costs

    @property
    def given(self) -> int:
        """What the plans that go ahead cost."""
        return sum(p.option.cost for p in self.going if p.option is not None)

    @property
    def going(self) -> list[Project]:
        return [p for p in self.projects if p.outcome is Outcome.AWARDED]


def report(budget: Budget) -> Report:
    """Raises `NotFound` before a result is published."""
    found = protocol(budget.round_id or 0)
    pots = {q.title: t.ballots for q, t in zip(found.vote.questions, found.tallies, strict=True)}
    reach = reach_of(budget, pots)
    return Report(
        budget=budget,
        vote=found,
        voters=found.voters or found.tallies[0].ballots,
        areas=told(pots) if len(pots) > 1 and not reach else {},
        reach=reach,
        projects=db.session.scalars(queries.on_ballot(budget.id)).all(),
        changes=db.session.scalars(confirmed(budget.id)).all(),
        **_reach(budget.process_id),
        costs=Costs(budget.letters_cost, budget.hours, budget.hour_cost),
    )


def reach_of(budget: Budget, voters: Mapping[str, int]) -> list[Reach]:
    """How many people chose in each area with money of its own, by its name; small numbers are
    held back. Nothing where no area has, or where no number may be told.
    """
    numbers = told(voters) if budget.division is Division.AREA else {}
    if not numbers:
        return []
    return [
        Reach(part.name, numbers.get(part.name), part.area.population if part.area else None)
        for part in db.session.scalars(queries.parts(budget.id))
    ]


def tell_costs(
    budget: Budget, costs: Costs, next_steps: str, *, actor: Actor, now: datetime
) -> None:
    """Keep what the vote cost the municipality, and how it goes on.

    Raises `NotAllowed`, and `Invalid` for a field.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality fills in the report."))
    costs.check()
    budget.next_steps = next_steps and written(next_steps, NEXT_LENGTH, field="next_steps")
    budget.letters_cost, budget.hours, budget.hour_cost = costs.letters, costs.hours, costs.of_hour
    db.session.flush()
    subject = f"budget/{budget.id}"
    audit.record("budget.tell_costs", account_id=actor.id, subject=subject, now=now, detail={})


def _reach(process_id: int) -> dict[str, int]:
    """How many people the process reached before the vote."""
    shown = select(func.count(), func.coalesce(func.sum(Proposal.support_count), 0)).where(
        Proposal.process_id == process_id, Proposal.state.in_(READABLE)
    )
    proposals, supports = db.session.execute(shown).one()
    follows = select(func.count()).where(ProcessFollow.process_id == process_id)
    followers = db.session.scalars(follows).one()
    return {"proposals": proposals, "supports": int(supports), "followers": followers}
