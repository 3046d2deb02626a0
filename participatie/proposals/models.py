"""Proposals, their support, and the municipality's answer."""

from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.media.films import ID_LENGTH, Film, FilmPlace
from participatie.processes.models import Process
from participatie.proposals.rules.initiatives import MOST_RECEIVED, Flaw, Stop
from participatie.proposals.rules.merging import Consent, MergerState
from participatie.proposals.rules.proposals import AnswerStatus


class Proposal(Contribution):
    """An idea of a resident for the municipality."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("support_count >= 0", name="support_is_counted"),
        CheckConstraint("(film_place IS NULL) = (film_id IS NULL)", name="film_is_whole"),
    )
    __mapper_args__ = {"polymorphic_identity": "proposal"}
    page_endpoint = "proposals.show"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    is_official: Mapped[bool] = mapped_column(server_default=false())  # of the municipality itself
    support_count: Mapped[int] = mapped_column(default=0)
    withdrawn_because: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id", ondelete="SET NULL"), index=True
    )
    archive_on: Mapped[datetime | None]  # set when its author is told; it may get support till then
    film_place: Mapped[FilmPlace | None] = mapped_column(enum_column(FilmPlace))
    film_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    answer: Mapped["Answer | None"] = relationship(lazy="raise")
    initiative: Mapped["Initiative | None"] = relationship(lazy="raise")
    merger: Mapped["Merger | None"] = relationship(
        lazy="raise", primaryjoin="Proposal.id == foreign(Merger.joint_id)", viewonly=True
    )
    updates: Mapped[list["ProposalUpdate"]] = relationship(
        lazy="raise", order_by="ProposalUpdate.made_at.desc()", passive_deletes="all"
    )
    versions: Mapped[list["ProposalVersion"]] = relationship(
        lazy="raise", order_by="ProposalVersion.number", passive_deletes="all"
    )

    @property
    def film(self) -> Film | None:
        """The film that shows what is meant."""
        if self.film_place is None or self.film_id is None:
            return None
        return Film(self.film_place, self.film_id)


class SupportEnd(Base):
    """The end of the time for support of a process that authors and followers were told of."""

    __tablename__ = "support_end"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    ended_at: Mapped[datetime]


class Support(Base):
    """One resident stands behind one proposal; the key makes it once."""

    __tablename__ = "support"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
    on_paper: Mapped[bool] = mapped_column(server_default=false())


class ProposalVersion(Base):
    """How a published proposal read before its author improved it: for everyone to compare."""

    __tablename__ = "proposal_version"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(280))
    text: Mapped[str]
    replaced_at: Mapped[datetime]


class ProposalUpdate(Base):
    """What an author tells the followers of a proposal."""

    __tablename__ = "proposal_update"

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    made_at: Mapped[datetime]


class Answer(Base):
    """What the municipality says to a proposal."""

    __tablename__ = "answer"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[AnswerStatus] = mapped_column(enum_column(AnswerStatus))
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    answered_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]


class ProposalClaim(Base):
    """A proposal that was entered for somebody can still become theirs, with a code; once."""

    __tablename__ = "proposal_claim"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class Initiative(Base):
    """A proposal on the road to the council; where it is, and until when that lasts at most."""

    __tablename__ = "initiative"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
    )

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int]
    stop: Mapped[Stop] = mapped_column(enum_column(Stop))
    due_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def name(self) -> str:
        """By what it is known: the year, and the number within it."""
        return f"{self.year}-{self.number}"


class InitiativeStep(Base):
    """An initiative came to a stop on its road: when, why, and for the agenda on which day."""

    __tablename__ = "initiative_step"
    __table_args__ = (
        UniqueConstraint("proposal_id", "stop"),
        CheckConstraint("(stop = 'agenda') = (meeting_on IS NOT NULL)", name="meeting_has_a_day"),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.proposal_id", ondelete="CASCADE")
    )
    stop: Mapped[Stop] = mapped_column(enum_column(Stop))
    reached_at: Mapped[datetime]
    reason: Mapped[str]
    meeting_on: Mapped[date | None] = mapped_column(Date)
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class MeetingMove(Base):
    """The meeting about an initiative got another day: for everyone to read, with the reason."""

    __tablename__ = "meeting_move"
    __table_args__ = (CheckConstraint("new_on <> old_on", name="is_another_day"),)

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.proposal_id", ondelete="CASCADE"), index=True
    )
    moved_at: Mapped[datetime]
    old_on: Mapped[date] = mapped_column(Date)
    new_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class ConditionFinding(Base):
    """What the griffie found of one condition, in the words of the regulation at that time."""

    __tablename__ = "condition_finding"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.proposal_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    condition: Mapped[str]
    is_met: Mapped[bool]
    reason: Mapped[str]


class PaperDelivery(Base):
    """Signatures on paper that were handed in: how many, before anybody looked at them."""

    __tablename__ = "paper_delivery"
    __table_args__ = (
        CheckConstraint(f"signatures BETWEEN 1 AND {MOST_RECEIVED}", name="holds_signatures"),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.proposal_id", ondelete="CASCADE"), index=True
    )
    signatures: Mapped[int]
    received_at: Mapped[datetime]
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class PaperCheck(Base):
    """One signature on paper was looked at; without a flaw it counts.

    Who signed does not stand here: a signature that counts is a support like any other.
    """

    __tablename__ = "paper_check"

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.proposal_id", ondelete="CASCADE"), index=True
    )
    flaw: Mapped[Flaw | None] = mapped_column(enum_column(Flaw))
    checked_at: Mapped[datetime]
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class Merger(Base):
    """Somebody invites the authors of some proposals to go on as one."""

    __tablename__ = "merger"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('merged', 'undone')) = (joint_id IS NOT NULL)", name="merged_has_a_joint"
        ),
    )

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[MergerState] = mapped_column(enum_column(MergerState))
    proposer_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    by_municipality: Mapped[bool]
    reason: Mapped[str]
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(280))
    text: Mapped[str]
    proposed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    joint_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), unique=True
    )

    parts: Mapped[list["MergerPart"]] = relationship(
        lazy="raise", order_by="MergerPart.proposal_id", passive_deletes="all"
    )
    process: Mapped[Process] = relationship(lazy="raise")


class MergerPart(Base):
    """A proposal is asked to become part of a joint one; in one open merger at a time."""

    __tablename__ = "merger_part"
    __table_args__ = (
        Index(
            "uq_merger_part_open",
            "proposal_id",
            unique=True,
            postgresql_where=sql("is_open"),
        ),
        CheckConstraint("(consent IS NULL) = (answered_at IS NULL)", name="answer_has_a_moment"),
    )

    merger_id: Mapped[int] = mapped_column(
        ForeignKey("merger.id", ondelete="CASCADE"), primary_key=True
    )
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    consent: Mapped[Consent | None] = mapped_column(enum_column(Consent))
    answered_at: Mapped[datetime | None]
    is_open: Mapped[bool]

    proposal: Mapped[Proposal] = relationship(lazy="raise")
