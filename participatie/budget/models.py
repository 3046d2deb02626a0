"""Budgets, and the projects that compete for their money."""

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.processes.models import Process
from participatie.proposals.models import Proposal
from participatie.votes.models.rounds import VoteOption, VoteRound


class Budget(Base):
    """An amount that residents divide in one process, by one vote round. Money is in cents."""

    __tablename__ = "budget"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="RESTRICT"), unique=True
    )
    title: Mapped[str] = mapped_column(String(80))
    amount: Mapped[int]
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), unique=True
    )

    process: Mapped[Process] = relationship(lazy="raise")
    round: Mapped[VoteRound | None] = relationship(lazy="raise")


class Project(Contribution):
    """A plan with a cost in cents; once a vote opens it stands on the ballot as an option."""

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("cost >= 0", name="cost_is_not_negative"),)
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
    cost: Mapped[int]
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome), default=Outcome.UNDECIDED)

    option: Mapped[VoteOption | None] = relationship(lazy="raise")
    proposal: Mapped[Proposal | None] = relationship(
        lazy="raise", foreign_keys="Project.proposal_id"
    )
