"""Finding budgets and their projects."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, BudgetPart, Project, ProjectConflict
from participatie.budget.queries.assessments import going_ahead
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.models import (
    Contribution,
    ContributionDocument,
    ContributionImage,
    Follow,
)
from participatie.contributions.queries import documents_of, images_of
from participatie.contributions.rules import READABLE, State
from participatie.media.models import Document, Image
from participatie.processes.models import Category, Process, ProcessFollow
from participatie.proposals.models import Proposal
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.rounds import VoteOption, VoteRound
from participatie.votes.rules.rounds import RoundState

_FROM: Any = Contribution.__table__.alias("came_from")
_PROPOSAL: Any = Proposal.__table__
_OWN: Any = ContributionImage.__table__.alias("own_photo")
_THEIRS: Any = ContributionImage.__table__.alias("their_photo")


def any_budget(budget_id: int) -> Select[Budget]:
    """A budget for who sets it up: with its process, its parts and its round."""
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
            selectinload(Budget.parts).options(
                joinedload(BudgetPart.area), joinedload(BudgetPart.category)
            ),
        )
        .order_by(Budget.id.desc())
    )


def of_any_process(process_id: int) -> Select[int]:
    """The number of the budget of a process, published or not."""
    return select(Budget.id).where(Budget.process_id == process_id)


def parts(budget_id: int) -> Select[BudgetPart]:
    """The areas or categories with money of their own: areas as they are numbered, categories in
    the order of their process.
    """
    return (
        select(BudgetPart)
        .outerjoin(BudgetPart.area)
        .outerjoin(BudgetPart.category)
        .where(BudgetPart.budget_id == budget_id)
        .options(contains_eager(BudgetPart.area), contains_eager(BudgetPart.category))
        .order_by(Category.position, BudgetPart.area_id)
    )


def public_budgets() -> Select[Budget]:
    """The budgets of published processes, the newest first."""
    return (
        select(Budget)
        .join(Budget.process)
        .where(Process.published_at.is_not(None))
        .options(contains_eager(Budget.process), joinedload(Budget.round), joinedload(Budget.image))
        .order_by(Budget.id.desc())
    )


def photo_of_budget(key: str) -> Select[Image, datetime | None]:
    """The photo of a budget, and since when everybody may read of its process: `published_at`."""
    return (
        select(Image, Process.published_at)
        .join(Budget, Budget.image_id == Image.id)
        .join(Budget.process)
        .where(Image.key == key)
    )


BUDGET = public_budgets().where(Budget.id == bindparam("budget"))
"""A budget of a published process, with that, its round and its photo.

Made once: every page asks it.
"""


def of_process(slug: str) -> Select[Budget]:
    """The budget of a published process."""
    return public_budgets().where(Process.slug == slug)


def in_process(process_id: int) -> Select[Budget]:
    """The budget of a process, published or not."""
    return select(Budget).where(Budget.process_id == process_id)


def of_round(round_id: int) -> Select[Budget]:
    """The budget of a published process that a vote divides."""
    return public_budgets().where(Budget.round_id == round_id)


def voted_on_in(round_id: int) -> Select[Budget]:
    """The budget that a vote divides, published or not."""
    return select(Budget).where(Budget.round_id == round_id)


def plans(budget_id: int) -> Select[*tuple[Any, ...]]:
    """The projects that everyone may read, as rows: id, title, summary, language, cost, code, area,
    category, outcome, state, supporters, point, and `cover_key` and `cover_width` of the first
    photo. What was a proposal has the supporters of that.

    `cost` is the frozen one once the project is on the ballot; then `code` is not None. A plan
    without photos of its own has those of the proposal that it comes from.
    """
    return (
        select(
            Project.id,
            Project.title,
            Project.summary,
            Project.language,
            Project.cost,
            VoteOption.code,
            Area.name.label("area"),
            Category.name.label("category"),
            Project.outcome,
            Project.state,
            func.coalesce(_PROPOSAL.c.support_count, Project.support_count).label("supporters"),
            Project.latitude,
            Project.longitude,
            Image.key.label("cover_key"),
            Image.width.label("cover_width"),
        )
        .outerjoin(VoteOption, VoteOption.id == Project.option_id)
        .outerjoin(Area, Area.id == Project.area_id)
        .outerjoin(Category, Category.id == Project.category_id)
        .outerjoin(_OWN, (_OWN.c.contribution_id == Project.id) & (_OWN.c.position == 1))
        .outerjoin(_FROM, (_FROM.c.id == Project.proposal_id) & _FROM.c.state.in_(sorted(READABLE)))
        .outerjoin(_PROPOSAL, _PROPOSAL.c.id == Project.proposal_id)
        .outerjoin(_THEIRS, (_THEIRS.c.contribution_id == _FROM.c.id) & (_THEIRS.c.position == 1))
        .outerjoin(Image, Image.id == func.coalesce(_OWN.c.image_id, _THEIRS.c.image_id))
        .where(Project.budget_id == budget_id, Project.state.in_(READABLE))
        .order_by(Project.id)
    )


def photos_of_origin(proposal_id: int) -> Select[Image]:
    """The photos of the proposal that a plan comes from, while everyone may read it."""
    return (
        images_of(proposal_id)
        .join(Contribution, Contribution.id == ContributionImage.contribution_id)
        .where(Contribution.state.in_(READABLE))
    )


def documents_of_origin(proposal_id: int) -> Select[Document]:
    """The documents of the proposal that a plan comes from, while everyone may read it."""
    return (
        documents_of(proposal_id)
        .join(Contribution, Contribution.id == ContributionDocument.contribution_id)
        .where(Contribution.state.in_(READABLE))
    )


def publishable(budget_id: int) -> Select[Project]:
    """The projects that go on the ballot when the vote opens: where plans are assessed, those of
    which an assessor says that they can be done.
    """
    without = select(Budget.id).where(Budget.id == budget_id, Budget.has_assessment.is_(False))
    return (
        select(Project)
        .where(
            Project.budget_id == budget_id,
            Project.state == State.PUBLISHED,
            without.exists() | Project.id.in_(going_ahead()),
        )
        .order_by(Project.id)
    )


def project(project_id: int) -> Select[Project]:
    """A project that everyone may read, with its area."""
    return (
        select(Project)
        .where(Project.id == project_id, Project.state.in_(READABLE))
        .options(joinedload(Project.area), joinedload(Project.category), joinedload(Project.option))
    )


def whole_project(project_id: int) -> Select[Project]:
    """The same, with its tags and documents."""
    return project(project_id).options(selectinload(Project.tags), selectinload(Project.documents))


def on_ballot(budget_id: int) -> Select[Project]:
    """The projects that stood on the ballot, hidden ones too, with their options."""
    return (
        select(Project)
        .join(Project.option)
        .where(Project.budget_id == budget_id)
        .options(contains_eager(Project.option))
        .order_by(Project.id)
    )


def codes_that_go_ahead(budget_id: int) -> Select[str]:
    """What stands on the ballot of the plans that go ahead."""
    return (
        select(VoteOption.code)
        .join(Project, Project.option_id == VoteOption.id)
        .where(Project.budget_id == budget_id, Project.outcome == Outcome.AWARDED)
    )


def codes_of(project_ids: Collection[int]) -> Select[str]:
    """What stands on the ballot of these plans."""
    return (
        select(VoteOption.code)
        .join(Project, Project.option_id == VoteOption.id)
        .where(Project.id.in_(project_ids))
    )


def due_to_award() -> Select[Budget]:
    """Budgets of which a count is published that is newer than the one that awarded them.

    What awards changes the row that this looks at, so who waited for it finds nothing left to do.
    """
    newer = select(PublishedResult.version).where(
        PublishedResult.round_id == Budget.round_id,
        PublishedResult.version > Budget.awarded_version,
    )
    return (
        select(Budget)
        .join(Budget.round)
        .where(VoteRound.state == RoundState.PUBLISHED, newer.exists())
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


def interested_in(project: Project) -> Select[int]:
    """The accounts that hear what becomes of a plan: who wrote or follows it."""
    plans = interested(project.budget_id).subquery()
    return select(plans.c.author_id).where(plans.c.id == project.id)


def taken_over(budget_id: int) -> Select[int | None]:
    """The proposals that are a plan of this budget."""
    return select(Project.proposal_id).where(
        Project.budget_id == budget_id, Project.proposal_id.is_not(None)
    )


def proposals_to_take_over(budget: Budget) -> Select[Proposal]:
    """The published proposals of its process that are no plan yet, the most supported first."""
    return (
        select(Proposal)
        .where(
            Proposal.process_id == budget.process_id,
            Proposal.state == State.PUBLISHED,
            Proposal.id.not_in(taken_over(budget.id)),
        )
        .order_by(Proposal.support_count.desc(), Proposal.id)
    )


def others(project: Project) -> Select[Project]:
    """The other published plans of its budget."""
    return publishable(project.budget_id).where(Project.id != project.id)


def conflicts(budget_id: int) -> Select[int, int]:
    """The pairs of plans of a budget of which one at most can win."""
    return (
        select(ProjectConflict.project_id, ProjectConflict.other_id)
        .join(Project, Project.id == ProjectConflict.project_id)
        .where(Project.budget_id == budget_id)
    )


def conflicts_of(project_id: int) -> Select[int]:
    """The plans that cannot go together with one."""
    first = select(ProjectConflict.other_id).where(ProjectConflict.project_id == project_id)
    second = select(ProjectConflict.project_id).where(ProjectConflict.other_id == project_id)
    return first.union(second)  # type: ignore[return-value]


def to_tell_of_withdrawal(project: Project) -> Select[int]:
    """The accounts that hear it: who wrote or follows a plan of the budget, or its process."""
    plans = interested(project.budget_id).subquery()
    of_process = select(ProcessFollow.account_id).where(
        ProcessFollow.process_id == project.process_id
    )
    return select(plans.c.author_id).union(of_process)  # type: ignore[return-value]


def open_now() -> Select[Budget]:
    """The budgets of which the vote is open, with their round."""
    return (
        select(Budget)
        .join(Budget.round)
        .where(VoteRound.state == RoundState.OPEN)
        .options(contains_eager(Budget.round))
        .order_by(Budget.id)
    )


def followers(project_id: int) -> Select[int]:
    """The accounts that follow a project, and its author."""
    author = select(Project.author_id).where(
        Project.id == project_id, Project.author_id.is_not(None)
    )
    following = select(Follow.account_id).where(Follow.contribution_id == project_id)
    either = author.union(following).subquery()
    return select(either.columns[0])
