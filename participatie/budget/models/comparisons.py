"""What other rules would have given for the same ballots."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from participatie.budget.rules.setting_up import AwardRule
from participatie.core.db import Base, enum_column


class OtherOutcome(Base):
    """What one other rule gives for one pot of money; made only once the council has decided.

    `empty_before` and `empty_handed`: how many voters have none of their plans, by the rule of the
    vote and by this one. Without winners a lot would have to decide.
    """

    __tablename__ = "other_outcome"
    __table_args__ = (
        CheckConstraint("spent >= 0", name="spent_is_not_negative"),
        CheckConstraint("empty_before >= 0 AND empty_handed >= 0", name="nobody_less_than_none"),
    )

    question_id: Mapped[int] = mapped_column(
        ForeignKey("vote_question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rule: Mapped[AwardRule] = mapped_column(enum_column(AwardRule), primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budget.id", ondelete="CASCADE"), index=True)
    winners: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    spent: Mapped[int]
    empty_before: Mapped[int]
    empty_handed: Mapped[int]
