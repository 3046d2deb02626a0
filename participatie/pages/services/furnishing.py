"""Menus, banners, the bands of the home page, and what the municipality declares."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from textwrap import shorten

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotFound
from participatie.identity.rules import Actor
from participatie.pages.models import Banner, HiddenBand, MenuEntry, Statement
from participatie.pages.rules import (
    BANNER_LENGTH,
    LABEL_LENGTH,
    LONGEST_LINK,
    MOST_ENTRIES,
    STATUS_LENGTH,
    Band,
    BannerKind,
    Menu,
    Subject,
    moved,
)
from participatie.pages.services.typed import line, link


def fill_menu(
    menu: Menu,
    language: str,
    links: Sequence[tuple[str, str]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make a menu its own, with the links that it showed until now; one that is its own stays.

    A label too long for a menu is cut off.
    """
    if _entries(menu, language):
        return
    for place, (label, address) in enumerate(links[: MOST_ENTRIES[menu]], start=1):
        short = shorten(label, LABEL_LENGTH[1], placeholder="…")
        db.session.add(
            MenuEntry(language=language, menu=menu, position=place, label=short, address=address)
        )
    db.session.flush()
    _note("menus.fill", menu, actor=actor, now=now, language=language)


def add_entry(
    menu: Menu, language: str, *, label: str, address: str, actor: Actor, now: datetime
) -> MenuEntry:
    """Put a link at the end of a menu. Raises `Invalid` for a field, and when the menu is full."""
    entries = _entries(menu, language)
    if len(entries) >= MOST_ENTRIES[menu]:
        raise Invalid(
            N_("This menu holds at most %(most)s links. Remove one first."),
            field="label",
            most=MOST_ENTRIES[menu],
        )
    entry = MenuEntry(
        language=language,
        menu=menu,
        position=max((one.position for one in entries), default=0) + 1,
        label=line(label, LABEL_LENGTH, field="label"),
        address=link(address, LONGEST_LINK, field="address"),
    )
    db.session.add(entry)
    db.session.flush()
    _note("menus.add", menu, actor=actor, now=now, entry=entry.id)
    return entry


def move_entry(entry: MenuEntry, *, by: int, actor: Actor, now: datetime) -> None:
    """Move a link up (-1) or down (1) in its menu; the others keep their order."""
    numbers = [one.id for one in _entries(entry.menu, entry.language)]
    order = moved(numbers, entry.id, by=by)
    places = {number: place for place, number in enumerate(order, start=1)}
    db.session.execute(
        update(MenuEntry)
        .where(MenuEntry.id.in_(order))
        .values(position=case(places, value=MenuEntry.id))
    )
    _note("menus.move", entry.menu, actor=actor, now=now, entry=entry.id, by=by)


def remove_entry(entry: MenuEntry, *, actor: Actor, now: datetime) -> None:
    """Take a link out of its menu; a menu without links is that of the house style again."""
    _note("menus.remove", entry.menu, actor=actor, now=now, entry=entry.id)
    db.session.delete(entry)


def announce(
    text: str,
    *,
    kind: BannerKind,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
) -> Banner:
    """Put a banner on every page for a while. Raises `Invalid` for a field."""
    if ends_at <= max(starts_at, now):
        raise Invalid(N_("Choose a last day that is not over yet."), field="last_day")
    said = line(text, BANNER_LENGTH, field="text")
    banner = Banner(text=said, kind=kind, starts_at=starts_at, ends_at=ends_at)
    db.session.add(banner)
    db.session.flush()
    _note("banners.announce", banner.id, actor=actor, now=now)
    return banner


def withdraw(banner_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a banner away before its time. Raises `NotFound`."""
    gone = delete(Banner).where(Banner.id == banner_id).returning(Banner.text)
    text = db.session.execute(gone).scalar_one_or_none()
    if text is None:
        raise NotFound
    _note("banners.withdraw", banner_id, actor=actor, now=now, text=text)


def choose_bands(shown: Collection[Band], *, actor: Actor, now: datetime) -> None:
    """Show these bands on the home page, and no others."""
    db.session.execute(delete(HiddenBand))
    db.session.add_all(HiddenBand(band=band) for band in Band if band not in shown)
    db.session.flush()
    _note("home.bands", "home", actor=actor, now=now, shown=sorted(shown))


def declare(
    subject: Subject,
    *,
    status: str,
    declared_on: date,
    address: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what the municipality declares about a subject. Raises `Invalid` for a field."""
    values = {
        "status": line(status, STATUS_LENGTH, field="status"),
        "declared_on": declared_on,
        "address": link(address, LONGEST_LINK, field="address") if address.strip() else "",
    }
    if declared_on > now.date():
        raise Invalid(N_("Fill in a day that is not in the future."), field="declared_on")
    statement = insert(Statement).values(subject=subject, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Statement.subject], set_=values)
    )
    _note("statements.declare", subject, actor=actor, now=now, status=values["status"])


def _entries(menu: Menu, language: str) -> Sequence[MenuEntry]:
    """The links of a menu in their order, held for who changes them."""
    asked = select(MenuEntry).where(MenuEntry.menu == menu, MenuEntry.language == language)
    return db.session.scalars(asked.order_by(MenuEntry.position).with_for_update()).all()


def _note(act: str, of: object, *, actor: Actor, now: datetime, **detail: object) -> None:
    subject = f"{act.partition('.')[0]}/{of}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
