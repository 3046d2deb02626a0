"""Reports by residents, and decisions by clerks."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.moderation.rules import Act, DecisionGround, Ground


class Report(Base):
    """Someone says that a contribution breaks the house rules: once a person."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("contribution_id", "account_id"),)

    id: Mapped[Id]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    ground: Mapped[Ground] = mapped_column(enum_column(Ground))
    explanation: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", ondelete="SET NULL"), index=True
    )


class Decision(Base):
    """What a clerk decided about a contribution, with its ground; never changed afterwards.

    One of many at once can be undone for a while: then it stays, and counts no more.
    """

    __tablename__ = "decision"

    id: Mapped[Id]
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    act: Mapped[Act] = mapped_column(enum_column(Act))
    ground: Mapped[DecisionGround] = mapped_column(enum_column(DecisionGround))
    explanation: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
