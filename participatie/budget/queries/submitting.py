"""Finding the plans that a resident submits."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from participatie.budget.models.budgets import Project
from participatie.contributions.rules import State


def own_project(project_id: int) -> Select[Project]:
    """A plan for its author, drafts too, with its area and all that goes with it."""
    return (
        select(Project)
        .where(Project.id == project_id)
        .options(
            joinedload(Project.area),
            selectinload(Project.tags),
            selectinload(Project.images),
            selectinload(Project.documents),
        )
    )


def draft_of(account_id: int, budget_id: int) -> Select[Project]:
    """The plan that somebody began last for a budget and has not published."""
    return (
        select(Project)
        .where(
            Project.author_id == account_id,
            Project.budget_id == budget_id,
            Project.state == State.DRAFT,
        )
        .order_by(Project.id.desc())
        .limit(1)
    )
