"""Writing, supporting and answering a proposal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions import services as contributions
from participatie.contributions.queries import followers
from participatie.contributions.rules import State
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.storage import Storage
from participatie.processes.models import Area, Process
from participatie.processes.rules import Action, may
from participatie.proposals.models import Answer, Proposal, Support
from participatie.proposals.rules import (
    ANSWER_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    AnswerStatus,
    can_answer,
    can_edit,
    can_support,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What someone filled in for a proposal; no area is the whole municipality."""

    title: str
    summary: str
    text: str
    area_id: int | None
    public_name: str


def check_may_propose(process: Process, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` may not propose in `process` now."""
    if not actor.is_resident:
        raise NotAllowed(N_("Only residents can make a proposal."))
    if process.published_at is None or not may(Action.PROPOSE, process.phases, now):
        raise NotAllowed(N_("You cannot make a proposal at this moment."))


def begin(process: Process, words: Words, *, actor: Actor, now: datetime) -> Proposal:
    """A draft that only its author sees. Raises `NotAllowed`, and `Invalid` for a field."""
    check_may_propose(process, actor=actor, now=now)
    draft = Proposal(
        state=State.DRAFT,
        process_id=process.id,
        author_id=actor.id,
        support_count=0,
        created_at=now,
    )
    _fill(draft, words, actor=actor)
    db.session.add(draft)
    db.session.flush()
    return draft


def change(draft: Proposal, words: Words, *, actor: Actor) -> None:
    """Write a draft anew. Raises `NotAllowed`, and `Invalid` for a field."""
    _hold_to_change(draft, actor=actor)
    _fill(draft, words, actor=actor)


def _hold_to_change(draft: Proposal, *, actor: Actor) -> None:
    contributions.hold(draft)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor):
        raise NotAllowed(N_("You can only change a proposal before it is published."))


def _fill(draft: Proposal, words: Words, *, actor: Actor) -> None:
    draft.title = contributions.written_line(words.title, TITLE_LENGTH, field="title")
    draft.summary = contributions.written_line(words.summary, SUMMARY_LENGTH, field="summary")
    draft.text = contributions.written(words.text, TEXT_LENGTH, field="text")
    draft.html = from_plain(draft.text)
    if words.area_id is not None and db.session.get(Area, words.area_id) is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    draft.area_id = words.area_id
    draft.author_name = contributions.keep_public_name(words.public_name, actor=actor)


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
    _hold_to_change(draft, actor=actor)
    contributions.check_room_for_image(draft)
    said = contributions.described(description)
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    contributions.show_image(draft, image)
    return image


def describe_image(draft: Proposal, image: Image, description: str, *, actor: Actor) -> None:
    """Say what there is to see on a photo of a draft. Raises `NotAllowed`, `Invalid`."""
    _hold_to_change(draft, actor=actor)
    image.description = contributions.described(description)


def take_image_away(draft: Proposal, image_id: int, *, actor: Actor) -> None:
    """Let a draft show a photo no longer. Raises `NotAllowed`, `NotFound`."""
    _hold_to_change(draft, actor=actor)
    contributions.take_image_away(draft, image_id)


def discard(draft: Proposal, *, actor: Actor) -> None:
    """Throw a draft away. Raises `NotAllowed`."""
    contributions.hold(draft)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor):
        raise NotAllowed(N_("You can only throw away a proposal before it is published."))
    db.session.delete(draft)


def publish(draft: Proposal, *, actor: Actor, now: datetime) -> None:
    """Show a draft to everyone. Raises `NotAllowed`, `IllegalTransition`."""
    check_may_propose(draft.process, actor=actor, now=now)
    contributions.hold(draft)
    contributions.publish(draft, actor=actor, now=now)


def support(proposal: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` among the supporters; whether that is new. The supporter follows it.

    Raises `NotAllowed`.
    """
    _check_may_support(proposal, actor=actor, now=now)
    row = insert(Support).values(proposal_id=proposal.id, account_id=actor.id, since=now)
    added = db.session.execute(
        row.on_conflict_do_nothing().returning(Support.account_id)
    ).scalar_one_or_none()
    if added is None:
        return False
    _count(proposal, 1)
    contributions.follow(proposal, actor=actor, now=now)
    return True


def withdraw_support(proposal: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` no longer; whether that changed something. Raises `NotAllowed`."""
    _check_may_support(proposal, actor=actor, now=now)
    gone = db.session.execute(
        delete(Support)
        .where(Support.proposal_id == proposal.id, Support.account_id == actor.id)
        .returning(Support.account_id)
    ).scalar_one_or_none()
    if gone is None:
        return False
    _count(proposal, -1)
    return True


def _check_may_support(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    if not can_support(proposal.state, actor=actor):
        raise NotAllowed(N_("You cannot support this proposal."))
    if not may(Action.SUPPORT, proposal.process.phases, now):
        raise NotAllowed(N_("You cannot support proposals at this moment."))


def _count(proposal: Proposal, difference: int) -> None:
    """Change the number in the database itself: two at once both count."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id)
        .values(support_count=Proposal.support_count + difference)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(proposal, ["support_count"])


def check_may_answer(proposal: Proposal, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not answer `proposal` for the municipality."""
    if not can_answer(proposal.state, author_id=proposal.author_id, actor=actor):
        raise NotAllowed(N_("You cannot answer this. It is your own proposal, or it is hidden."))


def answer(
    proposal: Proposal, *, status: AnswerStatus, text: str, actor: Actor, now: datetime
) -> Answer:
    """Answer for the municipality, or correct the answer.

    Author and followers are told of the first answer, and of a correction that changes its
    status. Raises `NotAllowed`, `Invalid` for the field text.
    """
    check_may_answer(proposal, actor=actor)
    text = contributions.written(text, ANSWER_LENGTH, field="text")
    db.session.refresh(proposal, ["support_count"], with_for_update=True)
    given = db.session.get(Answer, proposal.id, populate_existing=True)
    is_news = given is None or given.status is not status
    if given is None:
        given = Answer(proposal_id=proposal.id, answered_at=now)
        db.session.add(given)
    else:
        given.corrected_at = now
    given.status, given.text, given.html = status, text, from_plain(text)
    given.clerk_id = actor.id
    audit.record(
        "proposals.answer",
        account_id=actor.id,
        subject=f"contribution/{proposal.id}",
        now=now,
        detail={"status": status},
    )
    if is_news:
        _tell(proposal, given, now=now)
    return given


def _tell(proposal: Proposal, given: Answer, *, now: datetime) -> None:
    to_tell = set(db.session.scalars(followers(proposal.id)))
    if proposal.author_id is not None:
        to_tell.add(proposal.author_id)
    for account_id in sorted(to_tell):
        outbox.tell(
            account_id,
            "proposals.answered",
            dedup=f"{proposal.id}/{now.isoformat()}",
            now=now,
            parameters={
                "contribution_id": proposal.id,
                "title": proposal.title,
                "status": given.status.value,
                "answer": given.text,
            },
        )
