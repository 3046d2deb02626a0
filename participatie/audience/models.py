"""The audience of a process. A process without a row is for residents."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from participatie.audience.rules import OLDEST, Kind
from participatie.core.db import Base, enum_column


class ProcessAudience(Base):
    """For whom a process is."""

    __tablename__ = "process_audience"
    __table_args__ = (
        CheckConstraint(f"youngest BETWEEN 0 AND {OLDEST}", name="youngest_is_an_age"),
        CheckConstraint(f"oldest BETWEEN 0 AND {OLDEST}", name="oldest_is_an_age"),
        CheckConstraint("youngest <= oldest", name="youngest_is_not_above_oldest"),
    )

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    youngest: Mapped[int | None] = mapped_column(SmallInteger)
    oldest: Mapped[int | None] = mapped_column(SmallInteger)
    reference_date: Mapped[date | None] = mapped_column(Date)
    group_name: Mapped[str] = mapped_column(String(80))


class AudienceArea(Base):
    """A process is for this area."""

    __tablename__ = "audience_area"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process_audience.process_id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(
        ForeignKey("area.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class GroupMember(Base):
    """A mail address in the group that a process is for."""

    __tablename__ = "audience_member"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower"),)

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process_audience.process_id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
