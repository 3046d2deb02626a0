"""Areas and their postcodes."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id


class Area(Base):
    """A part of the municipality (wijk or buurt)."""

    __tablename__ = "area"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    population: Mapped[int | None]


class AreaPostcode(Base):
    """Homes with this postcode lie in this area; four digits stand for all that begin so."""

    __tablename__ = "area_postcode"
    __table_args__ = (CheckConstraint("code ~ '^[1-9][0-9]{3}([A-Z]{2})?$'", name="is_a_postcode"),)

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
