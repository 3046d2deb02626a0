"""Standing behind a plan that was submitted for a budget, and taking that back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert

from participatie.audience.services import check_may_take_part
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.supports import ProjectSupport
from participatie.budget.queries import supports as queries
from participatie.budget.rules.projects import can_support, takes_support
from participatie.contributions.services import follow
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor
from participatie.processes.rules import PhasePeriod


def is_open(budget: Budget, phases: Iterable[PhasePeriod], *, now: datetime) -> bool:
    """Whether plans can be supported now: in a phase for it, before the vote is fixed."""
    vote = budget.round
    return budget.process.published_at is not None and takes_support(
        budget.takes_plans,
        vote is not None and vote.rules_hash is not None,
        phases,
        now,
    )


def support(budget: Budget, project: Project, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` among the supporters; whether that is new. The supporter follows it.

    Raises `NotAllowed`.
    """
    _check_may_support(budget, project, actor=actor, now=now)
    check_may_take_part(budget.process_id, actor=actor, now=now)
    row = insert(ProjectSupport).values(project_id=project.id, account_id=actor.id, since=now)
    added = db.session.scalar(row.on_conflict_do_nothing().returning(ProjectSupport.account_id))
    if added is None:
        return False
    _change(project, 1)
    follow(project, actor=actor, now=now)
    return True


def withdraw_support(budget: Budget, project: Project, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` no longer; whether that changed something. Raises `NotAllowed`."""
    _check_may_support(budget, project, actor=actor, now=now)
    gone = db.session.scalar(
        delete(ProjectSupport)
        .where(ProjectSupport.project_id == project.id, ProjectSupport.account_id == actor.id)
        .returning(ProjectSupport.account_id)
    )
    if gone is None:
        return False
    _change(project, -1)
    return True


def _check_may_support(budget: Budget, project: Project, *, actor: Actor, now: datetime) -> None:
    state = db.session.scalars(queries.state_to_support(project.id)).one()
    if not can_support(state, came_from=project.proposal_id, actor=actor):
        raise NotAllowed(N_("You cannot support this plan."))
    if not is_open(budget, budget.process.phases, now=now):
        raise NotAllowed(N_("You cannot support plans at this moment."))


def _change(project: Project, difference: int) -> None:
    """In the database itself: two at once both count."""
    db.session.execute(
        update(Project)
        .where(Project.id == project.id)
        .values(support_count=Project.support_count + difference)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(project, ["support_count"])


def recount() -> list[int]:
    """Count all supporters anew; gives the plans whose number had drifted and is right now.

    Nobody can support meanwhile: a number that was read a moment ago would be written again.
    """
    db.session.execute(text("LOCK TABLE project_support IN SHARE MODE"))
    return list(db.session.scalars(queries.counted_anew()))
