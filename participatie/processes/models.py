"""Processes and their phases."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.processes.rules import (
    CATEGORY_LENGTH,
    MOST_DOCUMENTS,
    Level,
    PhaseKind,
    ProcessState,
    Starters,
    state_of,
)


class Process(Base):
    """A participation process (traject): it holds parts, and its phases open and close them."""

    __tablename__ = "process"
    __table_args__ = (
        CheckConstraint(
            "archived_at IS NULL OR published_at IS NOT NULL", name="published_before_archived"
        ),
        CheckConstraint("support_threshold > 0", name="threshold_is_positive"),
        CheckConstraint("answer_weeks BETWEEN 1 AND 52", name="answer_within_a_year"),
        CheckConstraint("archive_weeks BETWEEN 4 AND 104", name="archive_within_two_years"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[Markup] = mapped_column(CleanHtml)
    level: Mapped[Level] = mapped_column(enum_column(Level))
    contact_name: Mapped[str] = mapped_column(String(80))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_phone: Mapped[str] = mapped_column(String(40))
    support_threshold: Mapped[int | None]
    answer_weeks: Mapped[int | None]
    discussion_starters: Mapped[Starters] = mapped_column(
        enum_column(Starters), server_default=Starters.NOBODY
    )
    answers_discussions: Mapped[bool] = mapped_column(server_default=false())
    archive_weeks: Mapped[int | None]
    photo_id: Mapped[int | None] = mapped_column(
        ForeignKey("image.id", ondelete="RESTRICT"), unique=True
    )
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="0")

    phases: Mapped[list["Phase"]] = relationship(
        lazy="raise", order_by="Phase.starts_at", passive_deletes="all"
    )
    changes: Mapped[list["PhaseChange"]] = relationship(
        lazy="raise", order_by="PhaseChange.changed_at.desc()", passive_deletes="all"
    )

    categories: Mapped[list["Category"]] = relationship(
        lazy="raise", order_by="Category.position", passive_deletes="all"
    )

    @property
    def state(self) -> ProcessState:
        """How far its making is; it follows from the moments."""
        return state_of(self.published_at, self.archived_at)


class Phase(Base):
    """A period of a process; two phases of one process never overlap."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        ExcludeConstraint(
            (func.int8range(sql("process_id"), sql("process_id"), sql("'[]'")), "&&"),
            (func.tstzrange(sql("starts_at"), sql("ends_at")), "&&"),
            name="ex_phase_overlap",
            using="gist",
            deferrable=True,  # so that one statement moves them all
        ),
    )

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[PhaseKind] = mapped_column(enum_column(PhaseKind))
    title: Mapped[str] = mapped_column(String(80))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Category(Base):
    """What proposals of a process can be about (thema); the clerk makes the list."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("process_id", "name"),
        CheckConstraint(f"char_length(name) <= {CATEGORY_LENGTH[1]}", name="name_is_short"),
    )

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)


class ProcessDocument(Base):
    """A process shows a document: to everyone from the moment that it opens."""

    __tablename__ = "process_document"
    __table_args__ = (
        CheckConstraint(f"position BETWEEN 1 AND {MOST_DOCUMENTS}", name="documents_are_few"),
    )

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id", ondelete="RESTRICT"), unique=True
    )


class PhaseChange(Base):
    """A phase got other dates while its process was open: for everyone to read, with the reason."""

    __tablename__ = "phase_change"

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="RESTRICT"), index=True
    )
    changed_at: Mapped[datetime]
    phase_title: Mapped[str] = mapped_column(String(80))
    old_starts_at: Mapped[datetime]
    old_ends_at: Mapped[datetime]
    new_starts_at: Mapped[datetime]
    new_ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))


class ProcessFollow(Base):
    """Someone wants to hear about a process."""

    __tablename__ = "process_follow"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]


class PreviewLink(Base):
    """An address that shows a process before it opens, to whoever has it, for a term."""

    __tablename__ = "preview_link"
    __table_args__ = (CheckConstraint("made_at < expires_at", name="works_for_a_while"),)

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Regulation(Base):
    """What the regulation (verordening) asks of a burgerinitiatief, and within which terms.

    The proposals of a process that has one are initiatives: they go the road to the council.
    """

    __tablename__ = "regulation"
    __table_args__ = (
        CheckConstraint("test_weeks BETWEEN 1 AND 52", name="test_within_a_year"),
        CheckConstraint("support_weeks BETWEEN 1 AND 104", name="support_within_two_years"),
        CheckConstraint("check_weeks BETWEEN 1 AND 52", name="check_within_a_year"),
        CheckConstraint("agenda_weeks BETWEEN 1 AND 52", name="agenda_within_a_year"),
        CheckConstraint("cardinality(conditions) BETWEEN 1 AND 20", name="conditions_are_few"),
    )

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    test_weeks: Mapped[int] = mapped_column(SmallInteger)
    support_weeks: Mapped[int] = mapped_column(SmallInteger)
    check_weeks: Mapped[int] = mapped_column(SmallInteger)
    agenda_weeks: Mapped[int] = mapped_column(SmallInteger)


class ProcessText(Base):
    """What a process says instead of a text of the program; versions are only added.

    The newest counts. An empty one gives the site its own text back.
    """

    __tablename__ = "process_text"
    __table_args__ = (CheckConstraint("number > 0", name="numbers_begin_at_one"),)

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    message: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    saved_at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
