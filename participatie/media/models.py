"""What is known of an image and of a document; the slice that shows it points at it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.media.rules import (
    DESCRIPTION_LENGTH,
    KEY_LENGTH,
    MOST_DOCUMENT_BYTES,
    TITLE_LENGTH,
    DocumentKind,
    document_name,
    height_at,
    widths_of,
)


class Image(Base):
    """A photo as it is kept. Without anything that points at it, it is thrown away."""

    __tablename__ = "image"
    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        CheckConstraint(
            f"char_length(description) <= {DESCRIPTION_LENGTH[1]}", name="description_is_short"
        ),
        CheckConstraint(f"char_length(key) = {KEY_LENGTH}", name="key_is_whole"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    description: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths in which it is there, the largest last."""
        return widths_of(self.width)

    def height_at(self, width: int) -> int:
        """Its height at one of its widths."""
        return height_at(width, of=(self.width, self.height))


class Document(Base):
    """A document as it was sent in. Without anything that points at it, it is thrown away."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(f"size BETWEEN 1 AND {MOST_DOCUMENT_BYTES}", name="has_a_size"),
        CheckConstraint(
            f"char_length(title) BETWEEN {TITLE_LENGTH[0]} AND {TITLE_LENGTH[1]}",
            name="title_is_short",
        ),
        CheckConstraint(f"char_length(key) = {KEY_LENGTH}", name="key_is_whole"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    title: Mapped[str]
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    size: Mapped[int]
    made_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """How it is called where somebody keeps it."""
        return document_name(self.title, self.kind)

    @property
    def kilobytes(self) -> int:
        """Its size, rounded up."""
        return -(-self.size // 1000)
