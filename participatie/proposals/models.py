"""Proposals, their support, and the municipality's answer."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.media.films import ID_LENGTH, Film, FilmPlace
from participatie.proposals.rules import AnswerStatus


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
    support_count: Mapped[int] = mapped_column(default=0)
    withdrawn_because: Mapped[str | None]
    film_place: Mapped[FilmPlace | None] = mapped_column(enum_column(FilmPlace))
    film_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    answer: Mapped["Answer | None"] = relationship(lazy="raise")
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
