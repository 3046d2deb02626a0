"""Areas and their postcodes."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id


class Area(Base):
    """A part of the municipality (wijk or buurt)."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour_is_a_colour"),
        CheckConstraint("population >= 0", name="population_is_not_negative"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    population: Mapped[int | None]
    colour: Mapped[str | None] = mapped_column(String(7))
    polygons: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)


class AreaPostcode(Base):
    """Homes with this postcode lie in this area; four digits stand for all that begin so."""

    __tablename__ = "area_postcode"
    __table_args__ = (CheckConstraint("code ~ '^[1-9][0-9]{3}([A-Z]{2})?$'", name="is_a_postcode"),)

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
