"""Which theme is on, and the themes that were uploaded."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id


class ThemeChoice(Base):
    """The one row that names the theme of the site; without it the theme of the host is on."""

    __tablename__ = "theme_choice"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))


class UploadedTheme(Base):
    """A theme that came in as a zip and passed the checks."""

    __tablename__ = "uploaded_theme"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    digest: Mapped[str] = mapped_column(String(16), unique=True)
    archive: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]
