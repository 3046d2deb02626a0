"""What two people did in a vote, and what was published of its counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.votes.rules.acts import Act


class VoteAct(Base):
    """One person asks for an act and another confirms it, or one of both says no.

    `facts` is what both saw, `subject_hash` its fingerprint; `terms` is what was asked for.
    """

    __tablename__ = "vote_act"
    __table_args__ = (
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_whom_and_when"
        ),
        CheckConstraint(
            "(refused_by IS NULL) = (refused_at IS NULL)", name="refused_by_whom_and_when"
        ),
        CheckConstraint("confirmed_at IS NULL OR refused_at IS NULL", name="decided_once"),
        Index(
            "uq_vote_act_pending",
            "round_id",
            "act",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL AND refused_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), index=True
    )
    act: Mapped[Act] = mapped_column(enum_column(Act))
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    subject_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    confirmed_at: Mapped[datetime | None]
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.refused_at is None


class PublishedResult(Base):
    """A count that everybody may see: only ever added, so that an earlier one stays readable.

    `number` is the version as the public knows it; a provisional result can become final.
    """

    __tablename__ = "published_result"
    __table_args__ = (CheckConstraint("number > 0", name="number_is_positive"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    is_final: Mapped[bool] = mapped_column(primary_key=True)
    version: Mapped[int]
    act_id: Mapped[int | None] = mapped_column(
        ForeignKey("vote_act.id", ondelete="RESTRICT"), unique=True
    )
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
