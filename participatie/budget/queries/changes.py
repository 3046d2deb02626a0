"""Finding what was changed after the result of a budget."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.changes import OutcomeChange
from participatie.identity.models import Account


def changes(budget_id: int) -> Select[OutcomeChange]:
    """What was asked for the plans of a budget, the newest first, with each plan."""
    return (
        select(OutcomeChange)
        .join(OutcomeChange.project)
        .where(Project.budget_id == budget_id)
        .options(contains_eager(OutcomeChange.project))
        .order_by(OutcomeChange.id.desc())
    )


def confirmed(budget_id: int) -> Select[OutcomeChange]:
    """What was changed, in the order in which it was confirmed."""
    return (
        changes(budget_id)
        .where(OutcomeChange.confirmed_at.is_not(None))
        .order_by(None)
        .order_by(OutcomeChange.confirmed_at, OutcomeChange.id)
    )


def last_change(project_id: int) -> Select[OutcomeChange]:
    """What was changed last in what becomes of one plan."""
    return (
        select(OutcomeChange)
        .where(OutcomeChange.project_id == project_id, OutcomeChange.confirmed_at.is_not(None))
        .order_by(OutcomeChange.confirmed_at.desc(), OutcomeChange.id.desc())
        .limit(1)
    )


def change(change_id: int) -> Select[OutcomeChange]:
    """What was asked, with its plan, to answer it: nobody else does so meanwhile."""
    return (
        select(OutcomeChange)
        .join(OutcomeChange.project)
        .where(OutcomeChange.id == change_id)
        .options(contains_eager(OutcomeChange.project))
        .with_for_update(of=OutcomeChange)
        .execution_options(populate_existing=True)
    )


def held(budget_id: int) -> Select[Budget]:
    """A budget of which nobody else changes the outcome meanwhile."""
    return select(Budget).where(Budget.id == budget_id).with_for_update()


def people(ids: set[int]) -> Select[Account]:
    """Who asked and confirmed."""
    return select(Account).where(Account.id.in_(ids))
