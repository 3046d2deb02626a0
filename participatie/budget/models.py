"""Budgets, and the projects that compete for their money."""

from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.areas.models import Area
from participatie.budget.rules.assessment import (
    AGAIN,
    FIRST,
    TERM,
    TERM_DAYS,
    AssessmentState,
    Consent,
    Verdict,
)
from participatie.budget.rules.changes import ChangeKind
from participatie.budget.rules.execution import ExecutionStatus
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.setting_up import MOST_RESERVE
from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.media.models import Image
from participatie.processes.models import Process
from participatie.proposals.models import Proposal
from participatie.votes.models.rounds import VoteOption, VoteRound

_LEAST, _MOST = TERM_DAYS


class Budget(Base):
    """An amount that residents divide in one process, by one vote round. Money is in cents.

    `reserve` is how many plans after the winners stand ready when one of those falls out.
    `has_assessment`: a plan comes on the ballot only when an assessor says that it can be done.
    `takes_plans`: residents submit plans here themselves.
    """

    __tablename__ = "budget"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(f"reserve BETWEEN 0 AND {MOST_RESERVE}", name="reserve_is_short"),
        CheckConstraint(
            "letters_cost >= 0 AND hours >= 0 AND hour_cost >= 0", name="costs_are_not_negative"
        ),
        CheckConstraint(f"agree_days BETWEEN {_LEAST} AND {_MOST}", name="term_to_agree"),
        CheckConstraint(f"objection_days BETWEEN {_LEAST} AND {_MOST}", name="term_to_object"),
    )

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="RESTRICT"), unique=True
    )
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(default="", server_default="")
    html: Mapped[Markup] = mapped_column(CleanHtml, default="", server_default="")
    image_id: Mapped[int | None] = mapped_column(
        ForeignKey("image.id", ondelete="RESTRICT"), unique=True
    )
    amount: Mapped[int]
    reserve: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    letters_cost: Mapped[int | None]  # with the next three: for the report to the council
    hours: Mapped[int | None]
    hour_cost: Mapped[int | None]
    next_steps: Mapped[str] = mapped_column(default="", server_default="")
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), unique=True
    )
    has_assessment: Mapped[bool] = mapped_column(default=False, server_default="false")
    takes_plans: Mapped[bool] = mapped_column(default=False, server_default="false")
    agree_days: Mapped[int] = mapped_column(SmallInteger, default=TERM, server_default=str(TERM))
    objection_days: Mapped[int] = mapped_column(
        SmallInteger, default=TERM, server_default=str(TERM)
    )

    process: Mapped[Process] = relationship(lazy="raise")
    awarded_version: Mapped[int] = mapped_column(default=1)  # of the count that awarded last

    round: Mapped[VoteRound | None] = relationship(lazy="raise")
    image: Mapped[Image | None] = relationship(lazy="raise")
    areas: Mapped[list["BudgetArea"]] = relationship(
        lazy="raise", order_by="BudgetArea.area_id", passive_deletes="all"
    )


class BudgetArea(Base):
    """An area with money of its own, in cents; a budget without any is one pot for all."""

    __tablename__ = "budget_area"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    budget_id: Mapped[int] = mapped_column(
        ForeignKey("budget.id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(
        ForeignKey("area.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    amount: Mapped[int]

    area: Mapped[Area] = relationship(lazy="raise")


class Project(Contribution):
    """A plan with a cost in cents; once a vote opens it stands on the ballot as an option."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_is_not_negative"),
        CheckConstraint("yearly_cost >= 0", name="yearly_cost_is_not_negative"),
        UniqueConstraint("budget_id", "proposal_id"),
    )
    __mapper_args__ = {"polymorphic_identity": "project"}
    page_endpoint = "budget.project"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    budget_id: Mapped[int] = mapped_column(ForeignKey("budget.id", ondelete="RESTRICT"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id", ondelete="SET NULL"), index=True
    )
    option_id: Mapped[int | None] = mapped_column(
        ForeignKey("vote_option.id", ondelete="RESTRICT"), unique=True
    )
    cost: Mapped[int]  # 0 until it is known
    yearly_cost: Mapped[int | None]
    withdrawn_because: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome), default=Outcome.UNDECIDED)

    option: Mapped[VoteOption | None] = relationship(lazy="raise")
    proposal: Mapped[Proposal | None] = relationship(
        lazy="raise", foreign_keys="Project.proposal_id"
    )


class ProjectConflict(Base):
    """Two plans of which one at most can win, the lower number first."""

    __tablename__ = "project_conflict"
    __table_args__ = (CheckConstraint("project_id < other_id", name="each_pair_is_kept_once"),)

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Execution(Base):
    """How it stands with a plan that goes ahead, and what was spent on it so far, in cents."""

    __tablename__ = "execution"
    __table_args__ = (
        CheckConstraint("spent >= 0", name="spent_is_not_negative"),
        CheckConstraint("(status = 'stopped') = (reason <> '')", name="stopped_has_a_reason"),
    )

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    status: Mapped[ExecutionStatus] = mapped_column(enum_column(ExecutionStatus))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    spent: Mapped[int]
    changed_at: Mapped[datetime]


class Milestone(Base):
    """A step of carrying a plan out: when it is planned, and when it was done."""

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("project_id", "title"),)

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(80))
    planned_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)


class ExecutionPhoto(Base):
    """A photo of the work, shown by the staff beside those of who made the plan."""

    __tablename__ = "execution_photo"

    image_id: Mapped[int] = mapped_column(
        ForeignKey("image.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )


class Assessment(Base):
    """What assessors say of a plan: the first time, or again when its author asked; in cents."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint(f"number BETWEEN {FIRST} AND {AGAIN}", name="twice_at_most"),
        CheckConstraint("cost > 0", name="cost_is_positive"),
        CheckConstraint("yearly_cost >= 0", name="yearly_cost_is_not_negative"),
        CheckConstraint(
            "(state = 'finished') = (finished_at IS NOT NULL)", name="finished_has_a_moment"
        ),
        CheckConstraint("state = 'open' OR verdict <> 'undecided'", name="finished_has_a_verdict"),
        CheckConstraint(
            "state = 'open' OR verdict = 'not_feasible' OR cost IS NOT NULL",
            name="finished_has_a_cost",
        ),
        CheckConstraint(
            "state = 'open' OR verdict = 'feasible' OR reason <> ''", name="finished_has_a_reason"
        ),
        CheckConstraint(
            "(state = 'with_author') = (respond_by IS NOT NULL)", name="the_author_has_a_term"
        ),
        CheckConstraint(
            "objection_by IS NULL OR (number = 1 AND state = 'finished'"
            " AND verdict = 'not_feasible')",
            name="objection_to_a_first_no",
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(SmallInteger, default=FIRST)
    state: Mapped[AssessmentState] = mapped_column(
        enum_column(AssessmentState), default=AssessmentState.OPEN
    )
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict), default=Verdict.UNDECIDED)
    cost: Mapped[int | None]
    yearly_cost: Mapped[int | None]
    explanation: Mapped[str] = mapped_column(default="")
    duration: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(default="")
    changed_text: Mapped[str] = mapped_column(default="")
    adviser: Mapped[str] = mapped_column(String(80), default="")  # a colleague without an account
    due_on: Mapped[date | None] = mapped_column(Date)
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    respond_by: Mapped[datetime | None]
    consent: Mapped[Consent] = mapped_column(enum_column(Consent), default=Consent.NOT_ASKED)
    response: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    objection_by: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(default="")  # why the author asked for this second look


class AssessmentAssessor(Base):
    """Somebody to whom an assessment is assigned."""

    __tablename__ = "assessment_assessor"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AssessorGroup(Base):
    """Assessors who do the same work, by the name of their team."""

    __tablename__ = "assessor_group"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60), unique=True)


class AssessorGroupMember(Base):
    """Who is in a group now; what is assigned to the group is theirs."""

    __tablename__ = "assessor_group_member"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("assessor_group.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AssessmentGroup(Base):
    """A group to which an assessment is assigned."""

    __tablename__ = "assessment_group"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("assessor_group.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class AssessmentHand(Base):
    """Who worked on which assessment of a plan: nobody on both, whatever their role.

    `who` is an account, or the name of a colleague for whom a clerk filled it in.
    """

    __tablename__ = "assessment_hand"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "number"],
            ["assessment.project_id", "assessment.number"],
            ondelete="CASCADE",
        ),
    )

    project_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    who: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger)


class AssessmentNote(Base):
    """What staff says to each other about a plan; only added, and never public."""

    __tablename__ = "assessment_note"

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="RESTRICT"), index=True
    )
    account_id: Mapped[int]  # no foreign key: what was said outlives the account
    author_name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str]
    made_at: Mapped[datetime]


class OutcomeChange(Base):
    """Why a plan ends otherwise than the count says: one person asked, another confirmed or not.

    The last that was confirmed holds. The count itself is never changed.
    """

    __tablename__ = "outcome_change"
    __table_args__ = (
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_whom_and_when"
        ),
        CheckConstraint("confirmed_at IS NULL OR dropped_at IS NULL", name="confirmed_or_dropped"),
        CheckConstraint(
            "(kind IN ('council_awards', 'council_rejects'))"
            " = (decided_on IS NOT NULL AND document <> '')",
            name="council_has_a_document",
        ),
        Index(
            "uq_outcome_change_pending",
            "project_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    reason: Mapped[str] = mapped_column(String(500))
    decided_on: Mapped[date | None] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(200), default="", server_default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    confirmed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(lazy="raise")

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.dropped_at is None
