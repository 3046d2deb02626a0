"""Writing, publishing and following, the same for every kind of contribution."""

import importlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from markupsafe import Markup
from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions import queries
from participatie.contributions.models import (
    Contribution,
    ContributionDocument,
    ContributionImage,
    ContributionTag,
    Follow,
    Tag,
)
from participatie.contributions.rules import (
    MOST_DOCUMENTS,
    MOST_IMAGES,
    NAME_LENGTH,
    TRANSITIONS,
    State,
    can_see,
    is_own,
    key_of_tag,
    wording,
)
from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Invalid, NotAllowed, NotFound
from participatie.core.html import from_plain, readable
from participatie.core.lengths import check_length
from participatie.core.states import advance
from participatie.identity.models import Account
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.documents import Checked
from participatie.media.models import Document, Image
from participatie.media.pictures import Picture
from participatie.media.rules import DESCRIPTION_LENGTH, TITLE_LENGTH
from participatie.media.shown import place_of_document, place_of_image, take_away
from participatie.media.storage import Storage
from participatie.processes.models import Category

Link = TypeVar("Link", ContributionImage, ContributionDocument)

MOST_SIMILAR = 3
"""How many of those that resemble a title somebody is shown."""


def similar(title: str, titled: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of what has these numbers and titles the few that resemble `title`, the nearest first."""
    if not title:
        return []
    similarity = importlib.import_module("participatie.contributions.similarity")
    places = similarity.most_similar(title, [name for _, name in titled], most=MOST_SIMILAR)
    return [titled[at] for at in places]


def written(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text` as it is kept: what can be read of it, within `limits`. Raises `Invalid`."""
    return check_length(readable(text).strip(), limits, field=field)


def written_line(text: str, limits: tuple[int, int], *, field: str) -> str:
    """The same on one line: a title or a name never breaks a list or the head of a mail."""
    return written(" ".join(readable(text).split()), limits, field=field)


class Told(Protocol):
    """What somebody says of a contribution."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def text(self) -> str: ...


class Worded(Protocol):
    """A contribution with a text of its own."""

    title: str
    summary: str
    text: str
    html: Markup


def fill_in(
    contribution: Worded,
    told: Told,
    *,
    title: tuple[int, int],
    summary: tuple[int, int],
    text: tuple[int, int],
) -> None:
    """Write what somebody says, each within its limits. Raises `Invalid` for a field."""
    contribution.title = written_line(told.title, title, field="title")
    contribution.summary = written_line(told.summary, summary, field="summary")
    contribution.text = written(told.text, text, field="text")
    contribution.html = from_plain(contribution.text)


def set_category(contribution: Contribution, category_id: int | None) -> None:
    """Say what it is about, of the list of its process. Raises `Invalid` for the field category."""
    if category_id is not None:
        category = db.session.get(Category, category_id)
        if category is None or category.process_id != contribution.process_id:
            raise Invalid(N_("Choose a theme from the list."), field="category")
    contribution.category_id = category_id


def keep_public_name(name: str, *, actor: Actor) -> str:
    """The name that others see, remembered for the next time. Raises `Invalid`."""
    name = written_line(name, NAME_LENGTH, field="public_name")
    account = db.session.get_one(Account, actor.id)
    if account.public_name != name:
        account.public_name = name
    return name


class WordedMeanwhile(Invalid):
    """Somebody writes over words that they have not seen."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__(
            N_(
                "You changed this somewhere else meanwhile, for example in another tab. Read what "
                "it says now. Do you want the words of this page? Press the button once more."
            )
        )
        self.contribution = contribution


def check_seen(contribution: Contribution, seen: str) -> None:
    """Let nobody write over words that they have not `seen`; nobody else changes it from here on.

    Raises `WordedMeanwhile`, and `NotFound` when it was thrown away. Where it is not known what
    somebody has seen, nothing is asked.
    """
    hold(contribution)
    db.session.refresh(contribution, ["title", "summary", "text"])
    if seen and seen != wording_of(contribution):
        raise WordedMeanwhile(contribution)


def wording_of(contribution: Contribution) -> str:
    """What tells how it reads now from how it read before."""
    text: str = getattr(contribution, "text")  # noqa: B009 - every kind has one of its own
    return wording(contribution.title, contribution.summary, text)


def hold(contribution: Contribution) -> None:
    """Let nobody else change `contribution` in this transaction, and read how it stands now.

    Raises `NotFound` when it was thrown away in the meantime.
    """
    hold_row(contribution, "state")


def publish(contribution: Contribution, *, actor: Actor, now: datetime) -> None:
    """Show what `actor` has written to everyone; the author follows it from now on."""
    if not is_own(contribution.author_id, actor):
        raise NotAllowed(N_("Only the author can publish this."))
    contribution.state = advance(TRANSITIONS, contribution.state, State.PUBLISHED)
    contribution.published_at = now
    db.session.flush()
    follow(contribution, actor=actor, now=now)


def publish_draft(
    draft: Contribution, *, public_name: str, language: str | None, actor: Actor, now: datetime
) -> None:
    """Show a draft to everyone, by the name that its author chose, and in the language of the page
    on which it was begun unless its author says otherwise.

    Raises `NotAllowed`, `NotFound`, `IllegalTransition`, and `Invalid` for the field public_name.
    """
    hold(draft)
    draft.author_name = keep_public_name(public_name, actor=actor)
    draft.language = language or draft.language
    publish(draft, actor=actor, now=now)


def withdraw(contribution: Contribution, *, actor: Actor) -> None:
    """Take back what `actor` has written. Raises `NotAllowed`, `IllegalTransition`."""
    if not is_own(contribution.author_id, actor):
        raise NotAllowed(N_("Only the author can take this back."))
    contribution.state = advance(TRANSITIONS, contribution.state, State.WITHDRAWN)


def follow(contribution: Contribution, *, actor: Actor, now: datetime) -> None:
    """Let `actor` hear about a contribution; following twice is following once.

    Raises `NotFound` for what is not published yet: nothing will be heard of it.
    """
    if contribution.state is State.DRAFT or not can_see(
        contribution.state, author_id=contribution.author_id, actor=actor
    ):
        raise NotFound
    row = insert(Follow).values(contribution_id=contribution.id, account_id=actor.id, since=now)
    db.session.execute(row.on_conflict_do_nothing())


def unfollow(contribution: Contribution, *, actor: Actor) -> None:
    """Let `actor` hear no more about a contribution."""
    db.session.execute(
        delete(Follow).where(
            Follow.contribution_id == contribution.id, Follow.account_id == actor.id
        )
    )


def add_image(
    contribution: Contribution,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    now: datetime,
) -> Image:
    """Show one more image, after the others; the caller holds the contribution.

    Raises `Invalid` for a field.
    """
    position = place_of_image(
        db.session.scalars(queries.shown_images(contribution.id)).all(), MOST_IMAGES
    )
    said = described(description)
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    link = ContributionImage(contribution_id=contribution.id, position=position, image_id=image.id)
    db.session.add(link)
    db.session.flush()
    return image


def take_image_away(contribution: Contribution, image_id: int) -> None:
    """Show an image no longer; those after it move up. Raises `NotFound`."""
    shown = db.session.scalars(queries.shown_images(contribution.id)).all()
    take_away(shown, next((link for link in shown if link.image_id == image_id), None))


def add_document(
    contribution: Contribution, checked: Checked, title: str, *, storage: Storage, now: datetime
) -> Document:
    """Show one more document, after the others; the caller holds the contribution.

    Raises `Invalid` for a field.
    """
    position = place_of_document(
        db.session.scalars(queries.shown_documents(contribution.id)).all(), MOST_DOCUMENTS
    )
    name = written_line(title, TITLE_LENGTH, field="title")
    document = media.keep_document(checked, name, storage=storage, now=now)
    db.session.add(
        ContributionDocument(
            contribution_id=contribution.id, position=position, document_id=document.id
        )
    )
    db.session.flush()
    return document


def take_document_away(contribution: Contribution, document_id: int) -> None:
    """Show a document no longer; those after it move up. Raises `NotFound`."""
    shown = db.session.scalars(queries.shown_documents(contribution.id)).all()
    take_away(shown, next((link for link in shown if link.document_id == document_id), None))


def described(text: str) -> str:
    """What there is to see on an image as it is kept; nothing is allowed. Raises `Invalid`."""
    if not readable(text).strip():
        return ""
    return written_line(text, DESCRIPTION_LENGTH, field="description")


def describe_for_author(image: Image, text: str, *, actor: Actor, now: datetime) -> None:
    """Say what there is to see on a published image where its author did not.

    Raises `NotAllowed`, `Invalid` for the field description.
    """
    if not actor.moderates:
        raise NotAllowed(N_("Only the griffie can describe the photo of somebody else."))
    image.description = written_line(text, DESCRIPTION_LENGTH, field="description")
    audit.record(
        "contributions.describe", account_id=actor.id, subject=f"image/{image.id}", now=now
    )


def set_tags(contribution: Contribution, names: tuple[str, ...]) -> None:
    """Let a contribution carry just these tags; a tag that nobody used before is made."""
    tags = {key_of_tag(name): name for name in names}
    db.session.execute(
        delete(ContributionTag).where(ContributionTag.contribution_id == contribution.id)
    )
    if tags:
        made = [{"key": key, "name": tags[key]} for key in sorted(tags)]  # one order: no deadlock
        db.session.execute(insert(Tag).values(made).on_conflict_do_nothing())
        carried = select(literal(contribution.id), Tag.id).where(Tag.key.in_(tags))
        db.session.execute(
            insert(ContributionTag).from_select(["contribution_id", "tag_id"], carried)
        )
    db.session.expire(contribution, ["tags"])
