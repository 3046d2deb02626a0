"""Contribution: the one concept that carries moderation, comments, following and retention."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from participatie.contributions.rules import State
from participatie.core.db import Base, Id, enum_column
from participatie.processes.models import Area, Process


class Contribution(Base):
    """What someone publishes; proposals, projects and comments are kinds of it.

    Lists and queues show these columns only: asking a column of a kind from here costs a query
    per row. Each kind says which endpoint shows it; that takes the number as `contribution_id`.
    """

    page_endpoint: ClassVar[str]

    __tablename__ = "contribution"
    __table_args__: tuple[SchemaItem, ...] = (
        CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL", name="published_has_a_moment"
        ),
        Index("ix_contribution_list", "process_id", "kind", "state", "published_at"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(enum_column(State))
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id", ondelete="RESTRICT"))
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="RESTRICT"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    author_name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10), default="nl")
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(280))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    process: Mapped[Process] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")


class Follow(Base):
    """Someone wants to hear about a contribution."""

    __tablename__ = "follow"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
