"""Finding budgets and their projects."""

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participatie.budget.models import Budget, BudgetArea, Project
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.models import Follow
from participatie.contributions.rules import READABLE, State
from participatie.processes.models import Area, Process
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.rounds import VoteOption, VoteRound
from participatie.votes.rules.rounds import RoundState


def budget(budget_id: int) -> Select[Budget]:
    """A budget of a published process, with that and its round."""
    return public_budgets().where(Budget.id == budget_id)


def any_budget(budget_id: int) -> Select[Budget]:
    """A budget for who sets it up: with its process, its areas and its round."""
    return all_budgets().where(Budget.id == budget_id)


def all_budgets() -> Select[Budget]:
    """All budgets for the staff, those of processes in the making too, the newest first."""
    return (
        select(Budget)
        .join(Budget.process)
        .options(
            contains_eager(Budget.process).selectinload(Process.phases),
            joinedload(Budget.round),
            joinedload(Budget.image),
            selectinload(Budget.areas).joinedload(BudgetArea.area),
        )
        .order_by(Budget.id.desc())
    )


def of_any_process(process_id: int) -> Select[int]:
    """The number of the budget of a process, published or not."""
    return select(Budget.id).where(Budget.process_id == process_id)


def money_of_areas(budget_id: int) -> Select[int, int, str]:
    """The areas with money of their own, as rows: `area_id`, `amount`, `name`."""
    return (
        select(BudgetArea.area_id, BudgetArea.amount, Area.name)
        .join(Area, Area.id == BudgetArea.area_id)
        .where(BudgetArea.budget_id == budget_id)
        .order_by(BudgetArea.area_id)
    )


def areas() -> Select[Area]:
    """The areas of the municipality by name."""
    return select(Area).order_by(Area.name)


def public_budgets() -> Select[Budget]:
    """The budgets of published processes, the newest first."""
    return (
        select(Budget)
        .join(Budget.process)
        .where(Process.published_at.is_not(None))
        .options(contains_eager(Budget.process), joinedload(Budget.round))
        .order_by(Budget.id.desc())
    )


ROUND: Select[int | None] = (
    select(Budget.round_id)
    .join(Budget.process)
    .where(Budget.id == bindparam("budget"), Process.published_at.is_not(None))
)
"""The round of a budget of a published process. Made once: every cast asks it."""


def of_process(slug: str) -> Select[Budget]:
    """The budget of a published process."""
    return public_budgets().where(Process.slug == slug)


def of_round(round_id: int) -> Select[Budget]:
    """The budget of a published process that a vote divides."""
    return public_budgets().where(Budget.round_id == round_id)


def plans(budget_id: int) -> Select[int, str, str, int, str | None, str | None, Outcome]:
    """The projects that everyone may read, as rows: id, title, summary, cost, code, area, outcome.

    `cost` is the frozen one once the project is on the ballot; then `code` is not None.
    """
    return (
        select(
            Project.id,
            Project.title,
            Project.summary,
            Project.cost,
            VoteOption.code,
            Area.name.label("area"),
            Project.outcome,
        )
        .outerjoin(VoteOption, VoteOption.id == Project.option_id)
        .outerjoin(Area, Area.id == Project.area_id)
        .where(Project.budget_id == budget_id, Project.state.in_(READABLE))
        .order_by(Project.id)
    )


def publishable(budget_id: int) -> Select[Project]:
    """The projects that go on the ballot when the vote opens."""
    return (
        select(Project)
        .where(Project.budget_id == budget_id, Project.state == State.PUBLISHED)
        .order_by(Project.id)
    )


def project(project_id: int) -> Select[Project]:
    """A project that everyone may read, with its area."""
    return (
        select(Project)
        .where(Project.id == project_id, Project.state.in_(READABLE))
        .options(joinedload(Project.area), joinedload(Project.option))
    )


def on_ballot(budget_id: int) -> Select[Project]:
    """The projects that stood on the ballot, hidden ones too, with their options."""
    return (
        select(Project)
        .join(Project.option)
        .where(Project.budget_id == budget_id)
        .options(contains_eager(Project.option))
        .order_by(Project.id)
    )


def due_to_award() -> Select[Budget]:
    """Budgets of which a result is published and a project on the ballot has no outcome yet.

    And those of which a newer count was published since they were awarded.
    """
    undecided = select(Project.id).where(
        Project.budget_id == Budget.id,
        Project.option_id.is_not(None),
        Project.outcome == Outcome.UNDECIDED,
    )
    newer = select(PublishedResult.version).where(
        PublishedResult.round_id == Budget.round_id,
        PublishedResult.version > Budget.awarded_version,
        PublishedResult.number > 1,
    )
    return (
        select(Budget)
        .join(Budget.round)
        .where(VoteRound.state == RoundState.PUBLISHED, undecided.exists() | newer.exists())
        .options(contains_eager(Budget.round))
        .order_by(Budget.id)
    )


def interested(budget_id: int) -> Select[int, int]:
    """Rows of project and account: who wrote a project or follows it."""
    authors = select(Project.id, Project.author_id).where(
        Project.budget_id == budget_id, Project.author_id.is_not(None)
    )
    followers = (
        select(Follow.contribution_id, Follow.account_id)
        .join(Project, Project.id == Follow.contribution_id)
        .where(Project.budget_id == budget_id)
    )
    return authors.union(followers)  # type: ignore[return-value]
