"""Budgets, and the projects that compete for their money."""

from datetime import date

from markupsafe import Markup
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.areas.models import Area
from participatie.budget.rules.areas import Division
from participatie.budget.rules.assessment import (
    TERM,
    TERM_DAYS,
)
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.setting_up import MOST_RESERVE
from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.media.models import Image
from participatie.processes.models import Category, Process
from participatie.proposals.models import Proposal
from participatie.votes.models.rounds import VoteOption, VoteRound

_LEAST, _MOST = TERM_DAYS


class Budget(Base):
    """An amount that residents divide in one process, by one vote round. Money is in cents.

    `reserve` is how many plans after the winners stand ready when one of those falls out.
    `has_assessment`: a plan comes on the ballot only when an assessor says that it can be done.
    `takes_plans`: residents submit plans here themselves. `division`: whether its areas or its
    categories have money of their own; without it is one pot for all.
    """

    __tablename__ = "budget"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(f"reserve BETWEEN 0 AND {MOST_RESERVE}", name="reserve_is_short"),
        CheckConstraint(
            "letters_cost >= 0 AND hours >= 0 AND hour_cost >= 0", name="costs_are_not_negative"
        ),
        CheckConstraint(
            "(decided_on IS NULL) = (decision = '')", name="a_decision_has_a_day_and_a_place"
        ),
        CheckConstraint(f"agree_days BETWEEN {_LEAST} AND {_MOST}", name="term_to_agree"),
        CheckConstraint(f"objection_days BETWEEN {_LEAST} AND {_MOST}", name="term_to_object"),
        UniqueConstraint("id", "division"),
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
    division: Mapped[Division | None] = mapped_column(enum_column(Division))
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
    awarded_version: Mapped[int] = mapped_column(default=0)  # of the count that awarded last
    decided_on: Mapped[date | None] = mapped_column(Date)  # by the council, about the whole result
    decision: Mapped[str] = mapped_column(String(200), default="", server_default="")
    compared_version: Mapped[int] = mapped_column(default=0, server_default="0")

    round: Mapped[VoteRound | None] = relationship(lazy="raise")
    image: Mapped[Image | None] = relationship(lazy="raise")
    parts: Mapped[list["BudgetPart"]] = relationship(
        lazy="raise", order_by="BudgetPart.id", passive_deletes="all"
    )


class BudgetPart(Base):
    """An area or a category with money of its own, in cents; all of a budget are of one kind."""

    __tablename__ = "budget_part"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(
            "(division = 'area') = (area_id IS NOT NULL)"
            " AND (division = 'category') = (category_id IS NOT NULL)",
            name="is_an_area_or_a_category",
        ),
        ForeignKeyConstraint(
            ["budget_id", "division"], ["budget.id", "budget.division"], ondelete="CASCADE"
        ),
        UniqueConstraint("budget_id", "area_id"),
        UniqueConstraint("budget_id", "category_id"),
    )

    id: Mapped[Id]
    budget_id: Mapped[int]
    division: Mapped[Division] = mapped_column(enum_column(Division))
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="RESTRICT"), index=True
    )
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="RESTRICT"), index=True
    )
    amount: Mapped[int]

    area: Mapped[Area | None] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")

    @property
    def number(self) -> int:
        """The number of its area or category."""
        return self.area_id or self.category_id or 0

    @property
    def name(self) -> str:
        """What its area or category is called; it comes with that."""
        named = self.area or self.category
        return named.name if named else ""

    @property
    def code(self) -> str:
        """The code of the question about its money."""
        return self.division.code(self.number)


class Project(Contribution):
    """A plan with a cost in cents; once a vote opens it stands on the ballot as an option.

    `support_count` is of a plan that was submitted as such: what was a proposal keeps the support
    that it has there.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_is_not_negative"),
        CheckConstraint("yearly_cost >= 0", name="yearly_cost_is_not_negative"),
        CheckConstraint("support_count >= 0", name="support_is_counted"),
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
    support_count: Mapped[int] = mapped_column(default=0, server_default="0")
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
