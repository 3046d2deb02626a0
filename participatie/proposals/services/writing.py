"""Writing a proposal: a draft in four steps, and showing it to everyone."""

from dataclasses import dataclass
from datetime import datetime

from participatie.areas.models import Area
from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.contributions.rules import State, tags_in
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.maps.services import placed
from participatie.media.documents import Checked
from participatie.media.films import film_in
from participatie.media.models import Document, Image
from participatie.media.pictures import Picture
from participatie.media.storage import Storage
from participatie.processes.models import Process
from participatie.processes.rules import Action, may
from participatie.proposals.models import Proposal
from participatie.proposals.queries import titles_in
from participatie.proposals.rules.proposals import (
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    can_edit,
)
from participatie.proposals.services import initiatives


@dataclass(frozen=True, slots=True)
class Words:
    """What someone filled in about their idea; `tags` is a line with commas."""

    title: str
    summary: str
    text: str
    tags: str = ""
    category_id: int | None = None


def similar_to(title: str, process_id: int) -> list[tuple[int, str]]:
    """Number and title of the published proposals that resemble `title`, the nearest first."""
    return contributions.similar(title, db.session.execute(titles_in(process_id)).all())


def check_may_propose(process: Process, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` may not propose in `process` now."""
    if not actor.is_resident:
        raise NotAllowed(N_("Only residents can make a proposal."))
    if process.published_at is None or not may(Action.PROPOSE, process.phases, now):
        raise NotAllowed(N_("You cannot make a proposal at this moment."))
    check_may_take_part(process.id, actor=actor, now=now)


def begin(process: Process, words: Words, *, actor: Actor, now: datetime) -> Proposal:
    """A draft that only its author sees. Raises `NotAllowed`, and `Invalid` for a field."""
    check_may_propose(process, actor=actor, now=now)
    draft = Proposal(
        state=State.DRAFT,
        process_id=process.id,
        author_id=actor.id,
        author_name="",
        support_count=0,
        created_at=now,
    )
    _fill(draft, words)
    db.session.add(draft)
    db.session.flush()
    contributions.set_tags(draft, tags_in(words.tags))
    return draft


def change(draft: Proposal, words: Words, *, actor: Actor) -> None:
    """Write a draft anew. Raises `NotAllowed`, and `Invalid` for a field."""
    hold_to_change(draft, actor=actor)
    _fill(draft, words)
    contributions.set_tags(draft, tags_in(words.tags))


def hold_to_change(draft: Proposal, *, actor: Actor) -> None:
    """Let nobody else change a draft in this transaction. Raises `NotAllowed`."""
    contributions.hold(draft)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor):
        raise NotAllowed(N_("You can only change a proposal before it is published."))


def _fill(draft: Proposal, words: Words) -> None:
    contributions.fill_in(
        draft, words, title=TITLE_LENGTH, summary=SUMMARY_LENGTH, text=TEXT_LENGTH
    )
    tags_in(words.tags)
    contributions.set_category(draft, words.category_id)


def place(draft: Proposal, *, area_id: int | None, point: str = "", actor: Actor) -> None:
    """Say which area a draft is about; none is the whole municipality. With a point on the map it
    is the area in which that lies.

    Raises `NotAllowed`, and `Invalid` for the field area or point.
    """
    hold_to_change(draft, actor=actor)
    if area_id is not None and db.session.get(Area, area_id) is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    draft.point, draft.area_id = placed(point, area_id)


def add_image(
    draft: Proposal,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> Image:
    """Let a draft show one more photo. Raises `NotAllowed`, and `Invalid` for a field."""
    hold_to_change(draft, actor=actor)
    return contributions.add_image(draft, picture, description, storage=storage, now=now)


def describe_image(draft: Proposal, image: Image, description: str, *, actor: Actor) -> None:
    """Say what there is to see on a photo of a draft. Raises `NotAllowed`, `Invalid`."""
    hold_to_change(draft, actor=actor)
    image.description = contributions.described(description)


def take_image_away(draft: Proposal, image_id: int, *, actor: Actor) -> None:
    """Let a draft show a photo no longer. Raises `NotAllowed`, `NotFound`."""
    hold_to_change(draft, actor=actor)
    contributions.take_image_away(draft, image_id)


def add_document(
    draft: Proposal,
    checked: Checked,
    title: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> Document:
    """Let a draft show one more document. Raises `NotAllowed`, and `Invalid` for a field."""
    hold_to_change(draft, actor=actor)
    return contributions.add_document(draft, checked, title, storage=storage, now=now)


def take_document_away(draft: Proposal, document_id: int, *, actor: Actor) -> None:
    """Let a draft show a document no longer. Raises `NotAllowed`, `NotFound`."""
    hold_to_change(draft, actor=actor)
    contributions.take_document_away(draft, document_id)


def set_film(draft: Proposal, address: str, *, actor: Actor) -> None:
    """Let a draft lead to the film at `address`; without an address to none.

    Raises `NotAllowed`, and `Invalid` for the field film.
    """
    hold_to_change(draft, actor=actor)
    film = film_in(address) if address else None
    if address and film is None:
        raise Invalid(
            N_(
                "This is not the address of a film on YouTube or Vimeo. "
                "Copy it from the page of the film, for example https://www.youtube.com/watch?v=…"
            ),
            field="film",
        )
    draft.film_place = film.place if film else None
    draft.film_id = film.id if film else None


def discard(draft: Proposal, *, actor: Actor) -> None:
    """Throw a draft away. Raises `NotAllowed`."""
    contributions.hold(draft)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor):
        raise NotAllowed(N_("You can only throw away a proposal before it is published."))
    db.session.delete(draft)


def publish(
    draft: Proposal,
    *,
    public_name: str,
    language: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a draft to everyone, as `contributions.publish_draft` does.

    Raises `NotAllowed`, `IllegalTransition`, and `Invalid` for the field public_name.
    """
    check_may_propose(draft.process, actor=actor, now=now)
    contributions.publish_draft(
        draft, public_name=public_name, language=language, actor=actor, now=now
    )
    initiatives.file(draft, now=now)
