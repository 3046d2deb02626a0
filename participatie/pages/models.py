"""What the municipality sets up round its processes: own pages, menus, banners, statements."""

from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.contributions.models import Contribution
from participatie.core.db import Base, Id, enum_column
from participatie.core.html import StaffHtml
from participatie.media.models import Image
from participatie.pages.rules import Band, BannerKind, Left, Menu, Several, Subject


class OwnPage(Base):
    """A page of the municipality itself, in one language; `shown` is the version that is public."""

    __tablename__ = "own_page"
    __table_args__ = (
        UniqueConstraint("slug", "language"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_is_an_address"),
        ForeignKeyConstraint(
            ["id", "shown"],
            ["page_version.page_id", "page_version.number"],
            name="fk_own_page_shown_page_version",
            ondelete="RESTRICT",
            use_alter=True,
        ),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    shown: Mapped[int | None]

    versions: Mapped[list["PageVersion"]] = relationship(
        lazy="raise",
        order_by="PageVersion.number.desc()",
        foreign_keys="PageVersion.page_id",
        back_populates="page",
        passive_deletes="all",
    )
    photos: Mapped[list["PagePhoto"]] = relationship(
        lazy="raise", order_by="PagePhoto.number", passive_deletes="all"
    )


class PageVersion(Base):
    """What a page said at one time; versions are only added."""

    __tablename__ = "page_version"
    __table_args__ = (CheckConstraint("number > 0", name="numbers_begin_at_one"),)

    page_id: Mapped[int] = mapped_column(
        ForeignKey("own_page.id", ondelete="RESTRICT"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(StaffHtml)
    saved_at: Mapped[datetime]

    page: Mapped[OwnPage] = relationship(
        lazy="raise", foreign_keys=[page_id], back_populates="versions"
    )


class PagePhoto(Base):
    """A photo that the text of a page may show by its number."""

    __tablename__ = "page_photo"
    __table_args__ = (CheckConstraint("number > 0", name="numbers_begin_at_one"),)

    page_id: Mapped[int] = mapped_column(
        ForeignKey("own_page.id", ondelete="RESTRICT"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id", ondelete="RESTRICT"), unique=True)

    image: Mapped[Image] = relationship(lazy="raise")


class MenuEntry(Base):
    """A link in one of the menus; while a menu has none, that of the theme is there."""

    __tablename__ = "menu_entry"
    __table_args__ = (UniqueConstraint("language", "menu", "position", deferrable=True),)

    id: Mapped[Id]
    language: Mapped[str] = mapped_column(String(10))
    menu: Mapped[Menu] = mapped_column(enum_column(Menu))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(300))


class Banner(Base):
    """A notice on every page for a while."""

    __tablename__ = "banner"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="lasts_a_while"),)

    id: Mapped[Id]
    kind: Mapped[BannerKind] = mapped_column(enum_column(BannerKind))
    text: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class HiddenBand(Base):
    """A band of the home page that is switched off."""

    __tablename__ = "hidden_band"

    band: Mapped[Band] = mapped_column(enum_column(Band), primary_key=True)


class InterfaceText(Base):
    """What the site says instead of a text of the program; versions are only added.

    The newest counts. An empty one gives the program its own text back. Of the oldest it is not
    known who said it.
    """

    __tablename__ = "interface_text"
    __table_args__ = (CheckConstraint("number > 0", name="numbers_begin_at_one"),)

    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    message: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    saved_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))


class Statement(Base):
    """What the municipality declares about one subject; the program never claims it."""

    __tablename__ = "statement"

    subject: Mapped[Subject] = mapped_column(enum_column(Subject), primary_key=True)
    status: Mapped[str] = mapped_column(String(120))
    declared_on: Mapped[date]
    address: Mapped[str] = mapped_column(String(300))


class LanguageApprover(Base):
    """Who approves the texts of a language of the road."""

    __tablename__ = "language_approver"

    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    named_at: Mapped[datetime]


class TextApproval(Base):
    """Somebody approved a text of the road, in these words; only added, and the newest counts.

    `source` stands for the English and the Dutch of that day. No words mean that the approval was
    taken back.
    """

    __tablename__ = "text_approval"
    __table_args__ = (Index("ix_text_approval_language_message_id", "language", "message", "id"),)

    id: Mapped[Id]
    language: Mapped[str] = mapped_column(String(10))
    message: Mapped[str]
    source: Mapped[str] = mapped_column(String(32))
    forms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime]


class Batch(Base):
    """What a clerk did with several contributions at once."""

    __tablename__ = "batch"

    id: Mapped[Id]
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    act: Mapped[Several] = mapped_column(enum_column(Several))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    items: Mapped[list["BatchItem"]] = relationship(
        lazy="raise", order_by="BatchItem.contribution_id", passive_deletes="all"
    )


class BatchItem(Base):
    """One of several: done, or left alone and why; and what an undo brings back."""

    __tablename__ = "batch_item"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True
    )
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    left_alone: Mapped[Left | None] = mapped_column(enum_column(Left))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    undone_at: Mapped[datetime | None]

    contribution: Mapped[Contribution] = relationship(lazy="raise")
