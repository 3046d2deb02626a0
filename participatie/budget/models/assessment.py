"""What assessors say of plans, and who they are."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from participatie.budget.rules.assessment import (
    AGAIN,
    FIRST,
    AssessmentState,
    Consent,
    Verdict,
)
from participatie.core.db import Base, Id, enum_column


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
