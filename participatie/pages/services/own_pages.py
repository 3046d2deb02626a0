"""The municipality's own pages: written in versions, of which one may be public."""

from datetime import datetime

from sqlalchemy import func, select

from participatie.contributions.services import described
from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.html import readable
from participatie.core.marks import from_marks
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.pictures import Picture
from participatie.media.storage import Storage
from participatie.pages.models import OwnPage, PagePhoto, PageVersion
from participatie.pages.rules import (
    LONGEST_SLUG,
    MOST_PHOTOS,
    PAGE_TEXT_LENGTH,
    PAGE_TITLE_LENGTH,
    is_slug,
)
from participatie.pages.services.typed import line, within
from participatie.processes.rules import address_of


def begin(
    slug: str, language: str, *, title: str, text: str, actor: Actor, now: datetime
) -> OwnPage:
    """A page that only staff see, with its first version; without a `slug` its title makes one.

    Raises `Invalid` for a field.
    """
    slug = slug or address_of(title)
    if not is_slug(slug):
        raise Invalid(
            N_("Use small letters, digits and hyphens, at most %(most)s."),
            field="slug",
            most=LONGEST_SLUG,
        )
    taken = select(OwnPage.id).where(OwnPage.slug == slug, OwnPage.language == language)
    if db.session.scalar(taken) is not None:
        raise Invalid(N_("There is a page at this address already."), field="slug")
    page = OwnPage(slug=slug, language=language, shown=None)
    db.session.add(page)
    db.session.flush()
    save(page, title=title, text=text, actor=actor, now=now)
    return page


def save(page: OwnPage, *, title: str, text: str, actor: Actor, now: datetime) -> PageVersion:
    """Add a version; what is public stays what it was. Raises `Invalid` for a field."""
    _hold(page)
    typed = within(readable(text).strip(), PAGE_TEXT_LENGTH, field="text")
    version = PageVersion(
        page_id=page.id,
        number=_newest(page) + 1,
        title=line(title, PAGE_TITLE_LENGTH, field="title"),
        text=typed,
        html=from_marks(typed),
        saved_at=now,
    )
    db.session.add(version)
    db.session.flush()
    _note("own_pages.save", page, actor=actor, now=now, number=version.number)
    return version


def publish(page: OwnPage, number: int, *, actor: Actor, now: datetime) -> None:
    """Show one version to everyone. Raises `NotFound` when there is no such version."""
    _hold(page)
    if db.session.get(PageVersion, (page.id, number)) is None:
        raise NotFound
    page.shown = number
    _note("own_pages.publish", page, actor=actor, now=now, number=number)


def take_offline(page: OwnPage, *, actor: Actor, now: datetime) -> None:
    """Show a page to nobody; its versions stay. Raises `Conflict` when it was not public."""
    _hold(page)
    if page.shown is None:
        raise Conflict(N_("This page is not public now."))
    page.shown = None
    _note("own_pages.take_offline", page, actor=actor, now=now)


def restore(page: OwnPage, number: int, *, actor: Actor, now: datetime) -> PageVersion:
    """Begin a new version with the words of an older one. Raises `NotFound`."""
    old = db.session.get(PageVersion, (page.id, number))
    if old is None:
        raise NotFound
    return save(page, title=old.title, text=old.text, actor=actor, now=now)


def add_photo(
    page: OwnPage,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> PagePhoto:
    """Give a page one more photo, with what there is to see on it. Raises `Invalid`."""
    _hold(page)
    taken = select(func.count()).where(PagePhoto.page_id == page.id)
    number = db.session.scalars(taken).one() + 1
    if number > MOST_PHOTOS:
        raise Invalid(N_("A page has at most %(most)s photos."), field="image", most=MOST_PHOTOS)
    said = described(description)
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    photo = PagePhoto(page_id=page.id, number=number, image_id=image.id)
    db.session.add(photo)
    db.session.flush()
    _note("own_pages.add_photo", page, actor=actor, now=now, number=number)
    return photo


def _hold(page: OwnPage) -> None:
    hold_row(page, "shown")


def _newest(page: OwnPage) -> int:
    newest = select(func.coalesce(func.max(PageVersion.number), 0))
    return db.session.scalars(newest.where(PageVersion.page_id == page.id)).one()


def _note(act: str, page: OwnPage, *, actor: Actor, now: datetime, **detail: object) -> None:
    subject = f"own_page/{page.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
