"""Processes, their phases, and the areas of the municipality."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, String, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.core.db import Base, Id, enum_column
from participatie.core.html import CleanHtml
from participatie.processes.rules import Level, PhaseKind


class Area(Base):
    """A part of the municipality (wijk or buurt)."""

    __tablename__ = "area"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    population: Mapped[int | None]


class Process(Base):
    """A participation process (traject): it holds parts, and its phases open and close them."""

    __tablename__ = "process"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(200))
    html: Mapped[Markup] = mapped_column(CleanHtml)
    level: Mapped[Level] = mapped_column(enum_column(Level))
    contact_name: Mapped[str] = mapped_column(String(80))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_phone: Mapped[str] = mapped_column(String(40))
    support_threshold: Mapped[int | None]
    published_at: Mapped[datetime | None]

    phases: Mapped[list["Phase"]] = relationship(
        lazy="raise", order_by="Phase.starts_at", passive_deletes=True
    )


class Phase(Base):
    """A period of a process; two phases of one process never overlap."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        ExcludeConstraint(
            (func.int8range(text("process_id"), text("process_id"), text("'[]'")), "&&"),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="ex_phase_overlap",
            using="gist",
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
