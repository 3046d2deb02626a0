"""What two people changed in the outcome of a count."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.budget.models.budgets import Project
from participatie.budget.rules.changes import ChangeKind
from participatie.core.db import Base, Id, enum_column


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
