"""How plans that go ahead are carried out."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from participatie.budget.rules.execution import ExecutionStatus
from participatie.core.db import Base, Id, enum_column


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
