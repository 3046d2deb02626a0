"""Finding assessments, who makes them, and what is said and was done about them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from participatie.budget.models.assessment import (
    Assessment,
    AssessmentAssessor,
    AssessmentGroup,
    AssessmentNote,
    AssessorGroup,
    AssessorGroupMember,
)
from participatie.budget.models.budgets import Project
from participatie.budget.rules.assessment import GOES_AHEAD, AssessmentState, Verdict
from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry
from participatie.identity.models import Account
from participatie.identity.rules import Role
from participatie.teams.queries import may_work_as


def _is_last() -> ColumnElement[bool]:
    """Whether no later assessment of the same plan is there."""
    later = aliased(Assessment)
    return ~(
        select(later.id)
        .where(later.project_id == Assessment.project_id, later.number > Assessment.number)
        .exists()
    )


def last_of(project_id: int) -> Select[Assessment]:
    """The last assessment of a plan."""
    return select(Assessment).where(Assessment.project_id == project_id, _is_last())


def all_of(project_id: int) -> Select[Assessment]:
    """The assessments of a plan, the first one first."""
    return select(Assessment).where(Assessment.project_id == project_id).order_by(Assessment.number)


def finished_of(project_id: int) -> Select[Assessment]:
    """What everybody reads: the finished assessments of a plan, the last one first."""
    return (
        select(Assessment)
        .where(Assessment.project_id == project_id, Assessment.state == AssessmentState.FINISHED)
        .order_by(Assessment.number.desc())
    )


def with_assessments(budget_id: int) -> Select[Project, Assessment | None]:
    """The published plans of a budget, each with its last assessment or nothing."""
    return (
        select(Project, Assessment)
        .outerjoin(Assessment, and_(Assessment.project_id == Project.id, _is_last()))
        .where(Project.budget_id == budget_id, Project.state == State.PUBLISHED)
        .order_by(Project.title, Project.id)
    )


def going_ahead() -> Select[int]:
    """The plans of which the last assessment says that they can be done."""
    return select(Assessment.project_id).where(
        Assessment.state == AssessmentState.FINISHED,
        Assessment.verdict.in_(GOES_AHEAD),
        _is_last(),
    )


def any_finished(budget_id: int) -> Select[int]:
    """An assessment of a budget of which an author has heard."""
    return (
        select(Assessment.id)
        .join(Project, Project.id == Assessment.project_id)
        .where(Project.budget_id == budget_id, Assessment.state != AssessmentState.OPEN)
        .limit(1)
    )


def _groups_of(account_id: int) -> Select[int]:
    return select(AssessorGroupMember.group_id).where(AssessorGroupMember.account_id == account_id)


def _assigned_to(account_id: int) -> ColumnElement[bool]:
    direct = select(AssessmentAssessor.account_id).where(
        AssessmentAssessor.assessment_id == Assessment.id,
        AssessmentAssessor.account_id == account_id,
    )
    by_group = select(AssessmentGroup.group_id).where(
        AssessmentGroup.assessment_id == Assessment.id,
        AssessmentGroup.group_id.in_(_groups_of(account_id)),
    )
    return or_(direct.exists(), by_group.exists())


def assigned_to(account_id: int) -> Select[Project, Assessment]:
    """The own list of an assessor: plans and their assessments, what is due first on top."""
    is_open = Assessment.state == AssessmentState.OPEN
    return (
        select(Project, Assessment)
        .join(Assessment, Assessment.project_id == Project.id)
        .join(Project.process)
        .where(
            Project.state == State.PUBLISHED,
            Project.option_id.is_(None),
            _is_last(),
            _assigned_to(account_id),
        )
        .options(contains_eager(Project.process), joinedload(Project.area))
        .order_by(is_open.desc(), Assessment.due_on.nulls_last(), Project.title, Project.id)
    )


def is_assigned(project_id: int, account_id: int) -> Select[int]:
    """Whether the last assessment of a plan is assigned to somebody."""
    return select(Assessment.id).where(
        Assessment.project_id == project_id, _is_last(), _assigned_to(account_id)
    )


def assessors(process_id: int | None = None) -> Select[Account]:
    """The people to whom a plan can be assigned: by office, or by the team of its process."""
    return (
        select(Account)
        .where(may_work_as({Role.ASSESSOR}, process_id), Account.blocked_at.is_(None))
        .order_by(Account.public_name, Account.id)
    )


def groups() -> Select[AssessorGroup, int]:
    """All groups by name, each with how many people are in it."""
    members = (
        select(func.count())
        .where(AssessorGroupMember.group_id == AssessorGroup.id)
        .scalar_subquery()
    )
    return select(AssessorGroup, members.label("members")).order_by(AssessorGroup.name)


def members_of(group_id: int) -> Select[int]:
    """Who is in a group."""
    return select(AssessorGroupMember.account_id).where(AssessorGroupMember.group_id == group_id)


def names_of_assigned(budget_id: int) -> Select[int, str | None]:
    """Rows of assessment and name: the people and groups to whom plans of a budget are assigned."""
    of_budget = select(Assessment.id).join(Project).where(Project.budget_id == budget_id)
    people = (
        select(AssessmentAssessor.assessment_id, Account.public_name)
        .join(Account, Account.id == AssessmentAssessor.account_id)
        .where(AssessmentAssessor.assessment_id.in_(of_budget))
    )
    teams = (
        select(AssessmentGroup.assessment_id, AssessorGroup.name)
        .join(AssessorGroup, AssessorGroup.id == AssessmentGroup.group_id)
        .where(AssessmentGroup.assessment_id.in_(of_budget))
    )
    return people.union(teams).order_by("public_name")  # type: ignore[return-value]


def in_thread(project_id: int, *, apart_from: int | None) -> Select[int]:
    """The accounts that hear of a note: assessors, who assigned the plan, and who wrote before."""
    last = select(Assessment.id).where(Assessment.project_id == project_id, _is_last())
    direct = select(AssessmentAssessor.account_id.label("id")).where(
        AssessmentAssessor.assessment_id.in_(last)
    )
    by_group = (
        select(AssessorGroupMember.account_id)
        .join(AssessmentGroup, AssessmentGroup.group_id == AssessorGroupMember.group_id)
        .where(AssessmentGroup.assessment_id.in_(last))
    )
    assigned_by = select(Assessment.assigned_by).where(
        Assessment.project_id == project_id, Assessment.assigned_by.is_not(None)
    )
    wrote = (
        select(AssessmentNote.account_id)
        .join(Account, Account.id == AssessmentNote.account_id)
        .where(AssessmentNote.project_id == project_id)
    )
    everyone = direct.union(by_group, assigned_by, wrote).subquery()
    number = everyone.columns[0]
    return select(number).where(number.is_distinct_from(apart_from))


def notes(project_id: int) -> Select[AssessmentNote]:
    """What staff said to each other about a plan, the oldest first."""
    return (
        select(AssessmentNote)
        .where(AssessmentNote.project_id == project_id)
        .order_by(AssessmentNote.id)
    )


def history(project_id: int) -> Select[AuditEntry, str | None]:
    """What was done to the assessments of a plan, the newest first, with the name of who did it."""
    return (
        select(AuditEntry, Account.public_name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.subject == f"assessment/{project_id}")
        .order_by(AuditEntry.id.desc())
    )


def made_by(account_id: int | None, now: datetime) -> Select[Project, bool]:
    """The plans of somebody, drafts too and the newest first, each with whether they can answer to
    its assessment now.
    """
    asked = (Assessment.state == AssessmentState.WITH_AUTHOR) & (Assessment.respond_by > now)
    answers = (
        select(Assessment.id)
        .where(Assessment.project_id == Project.id, asked | (Assessment.objection_by > now))
        .exists()
    )
    return (
        select(Project, answers.label("can_answer"))
        .where(Project.author_id == account_id)
        .order_by(Project.id.desc())
    )


def verdicts(budget_id: int) -> Select[int, Verdict]:
    """What everybody reads of the last assessments of a budget: rows of plan and verdict."""
    return (
        select(Assessment.project_id, Assessment.verdict)
        .join(Project, Project.id == Assessment.project_id)
        .where(
            Project.budget_id == budget_id,
            Assessment.state == AssessmentState.FINISHED,
            _is_last(),
        )
    )


def over_time(now: datetime) -> Select[Assessment]:
    """An assessment to which an author did not answer in time."""
    return (
        select(Assessment)
        .where(
            Assessment.state == AssessmentState.WITH_AUTHOR,
            Assessment.verdict == Verdict.WITH_CHANGES,
            Assessment.respond_by <= now,
        )
        .order_by(Assessment.id)
    )


def any_plan(project_id: int) -> Select[Project]:
    """A published plan of any budget for who assesses it, with its area and its process."""
    return (
        select(Project)
        .join(Project.process)
        .where(Project.id == project_id, Project.state == State.PUBLISHED)
        .options(contains_eager(Project.process), joinedload(Project.area))
    )
