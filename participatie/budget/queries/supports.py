"""Finding who stands behind a plan, and counting them anew."""

from typing import Any

from sqlalchemy import Select, Update, select

from participatie.budget.models.budgets import Project
from participatie.budget.models.supports import ProjectSupport
from participatie.contributions.models import Contribution
from participatie.contributions.queries import support_counted_anew
from participatie.contributions.rules import State

_BASE: Any = Contribution.__table__


def support(project_id: int, account_id: int) -> Select[ProjectSupport]:
    """That someone stands behind a plan, when it is so."""
    return select(ProjectSupport).where(
        ProjectSupport.project_id == project_id, ProjectSupport.account_id == account_id
    )


def state_to_support(project_id: int) -> Select[State]:
    """How a plan stands.

    Whoever withdraws or hides it waits until this transaction is over; others who support do not.
    """
    return (
        select(_BASE.c.state)
        .where(_BASE.c.id == project_id)
        .with_for_update(read=True, key_share=True)
    )


def counted_anew() -> Update:
    """Mend every plan whose number is not that of its supporters; gives their numbers."""
    return support_counted_anew(Project.__table__, ProjectSupport.project_id)
