"""Finding what goes ahead, and how far it is."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from participatie.budget.models.budgets import Project
from participatie.budget.models.execution import Execution, ExecutionPhoto, Milestone
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.rules import READABLE
from participatie.media.models import Image
from participatie.processes.models import Process


def to_carry_out(budget_id: int) -> Select[Project, Execution | None, int, int]:
    """The projects that go ahead, each with how it stands and its steps: all, and done."""
    steps = (
        select(
            Milestone.project_id,
            func.count().label("steps"),
            func.count(Milestone.done_on).label("done"),
        )
        .group_by(Milestone.project_id)
        .subquery()
    )
    return (
        select(
            Project,
            Execution,
            func.coalesce(steps.c.steps, 0).label("steps"),
            func.coalesce(steps.c.done, 0).label("steps_done"),
        )
        .outerjoin(Execution, Execution.project_id == Project.id)
        .outerjoin(steps, steps.c.project_id == Project.id)
        .where(
            Project.budget_id == budget_id,
            Project.outcome == Outcome.AWARDED,
            Project.state.in_(READABLE),
        )
        .options(joinedload(Project.area))
        .order_by(Project.title, Project.id)
    )


def milestones(project_id: int) -> Select[Milestone]:
    """The steps of a project in the order in which they are planned."""
    return (
        select(Milestone)
        .where(Milestone.project_id == project_id)
        .order_by(Milestone.planned_on, Milestone.id)
    )


def execution_photos(project_id: int) -> Select[Image]:
    """The photos of the work on a project, the first that was added first."""
    return (
        select(Image)
        .join(ExecutionPhoto, ExecutionPhoto.image_id == Image.id)
        .where(ExecutionPhoto.project_id == project_id)
        .order_by(Image.id)
    )


def execution_photo(key: str) -> Select[Image]:
    """A photo of the work on a project that everyone may read, in a published process."""
    return (
        select(Image)
        .join(ExecutionPhoto, ExecutionPhoto.image_id == Image.id)
        .join(Project, Project.id == ExecutionPhoto.project_id)
        .join(Project.process)
        .where(Image.key == key, Project.state.in_(READABLE), Process.published_at.is_not(None))
    )
