"""Contribution: the one concept that carries moderation, comments, following and retention."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, SmallInteger, String, and_
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from participatie.areas.geojson import EAST, NORTH, SOUTH, WEST
from participatie.areas.models import Area
from participatie.contributions.orders import ON_CHOICE, Order
from participatie.contributions.rules import MOST_DOCUMENTS, MOST_IMAGES, TAG_LENGTH, State
from participatie.core.db import Base, Id, enum_column
from participatie.core.i18n import language
from participatie.maps.rules import Point
from participatie.media.models import Document, Image
from participatie.processes.models import Category, Process


class Contribution(Base):
    """What someone publishes; proposals, projects and comments are kinds of it.

    Lists and queues show these columns only: asking a column of a kind from here costs a query
    per row. Each kind says which endpoint shows it; that takes the number as `contribution_id`.
    Its language is that of the page on which it was written.
    """

    page_endpoint: ClassVar[str]

    __tablename__ = "contribution"
    __table_args__: tuple[SchemaItem, ...] = (
        CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL", name="published_has_a_moment"
        ),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_is_whole"),
        CheckConstraint(
            f"latitude BETWEEN {SOUTH} AND {NORTH} AND longitude BETWEEN {WEST} AND {EAST}",
            name="point_is_in_the_netherlands",
        ),
        Index("ix_contribution_list", "process_id", "kind", "state", "published_at"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(enum_column(State))
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id", ondelete="RESTRICT"))
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="RESTRICT"), index=True
    )
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="RESTRICT"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    author_name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10), default=language)
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(280))
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    process: Mapped[Process] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(
        secondary="contribution_tag", order_by="Tag.key", viewonly=True, lazy="raise"
    )
    images: Mapped[list[Image]] = relationship(
        secondary="contribution_image",
        order_by="ContributionImage.position",
        viewonly=True,
        lazy="raise",
    )
    documents: Mapped[list[Document]] = relationship(
        secondary="contribution_document",
        order_by="ContributionDocument.position",
        viewonly=True,
        lazy="raise",
    )
    cover: Mapped[Image | None] = relationship(
        secondary="contribution_image",
        primaryjoin=lambda: and_(
            Contribution.id == ContributionImage.contribution_id, ContributionImage.position == 1
        ),
        viewonly=True,
        lazy="raise",
    )

    @property
    def point(self) -> Point | None:
        """Where on the map it is about."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @point.setter
    def point(self, point: Point | None) -> None:
        self.latitude = point.latitude if point else None
        self.longitude = point.longitude if point else None


class ContributionImage(Base):
    """A contribution shows an image; the first of them stands on its card."""

    __tablename__ = "contribution_image"
    __table_args__ = (
        CheckConstraint(f"position BETWEEN 1 AND {MOST_IMAGES}", name="images_are_few"),
    )

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id", ondelete="RESTRICT"), unique=True)


class ContributionDocument(Base):
    """A contribution shows a document."""

    __tablename__ = "contribution_document"
    __table_args__ = (
        CheckConstraint(f"position BETWEEN 1 AND {MOST_DOCUMENTS}", name="documents_are_few"),
    )

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id", ondelete="RESTRICT"), unique=True
    )


class Tag(Base):
    """A word by which contributions of all kinds are found; it keeps the form of its first use."""

    __tablename__ = "tag"
    __table_args__ = (
        CheckConstraint(f"char_length(name) <= {TAG_LENGTH[1]}", name="name_is_short"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)


class ContributionTag(Base):
    """A contribution carries a tag."""

    __tablename__ = "contribution_tag"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[int] = mapped_column(
        ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Follow(Base):
    """Someone wants to hear about a contribution."""

    __tablename__ = "follow"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]


class ContributionWords(Base):
    """The words by which a contribution is found: in the text itself and as stems, without accents.

    The database keeps them, by triggers on what is written; see the migration.
    """

    __tablename__ = "contribution_words"
    __table_args__ = (Index("ix_contribution_words_words", "words", postgresql_using="gin"),)

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    words: Mapped[str] = mapped_column(TSVECTOR)


class OfferedOrder(Base):
    """The lists of a process offer one more order: the griffie has switched it on."""

    __tablename__ = "offered_order"
    __table_args__ = (
        CheckConstraint(
            f"offered IN ({', '.join(repr(order.value) for order in ON_CHOICE)})",
            name="is_on_choice",
        ),
    )

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    offered: Mapped[Order] = mapped_column(enum_column(Order), primary_key=True)
