"""Starting a discussion, changing it, taking it back, and the answer of the municipality."""

from dataclasses import dataclass
from datetime import datetime

from participatie.areas.models import Area
from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.contributions.queries import followers
from participatie.contributions.rules import State, shortened, tags_in
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.discussions.models import Discussion, DiscussionAnswer
from participatie.discussions.queries.discussions import titles_in
from participatie.discussions.rules import (
    ANSWER_LENGTH,
    OPENING_LENGTH,
    SUBJECT_LENGTH,
    can_answer,
    can_revise,
    can_start,
    can_withdraw,
    is_official,
)
from participatie.identity.rules import Actor
from participatie.processes.models import Category, Process
from participatie.processes.rules import Action, check_not_archived, may


@dataclass(frozen=True, slots=True)
class Opening:
    """With what somebody starts a discussion; `tags` is a line with commas.

    It is in the `language` of the page unless its author says otherwise.
    """

    title: str
    text: str
    tags: str = ""
    category_id: int | None = None
    area_id: int | None = None
    language: str | None = None


def check_may_start(process: Process, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` may not start a discussion in `process` now."""
    if not can_start(process.discussion_starters, actor=actor):
        raise NotAllowed(N_("You cannot start a discussion here."))
    if process.published_at is None or not may(Action.DISCUSS, process.phases, now):
        raise NotAllowed(N_("You cannot start a discussion at this moment."))
    check_may_take_part(process.id, actor=actor, now=now)


def similar_to(title: str, process_id: int) -> list[tuple[int, str]]:
    """Number and title of the discussions that resemble `title`, the nearest first."""
    return contributions.similar(title, db.session.execute(titles_in(process_id)).all())


def start(
    process: Process, opening: Opening, *, public_name: str, actor: Actor, now: datetime
) -> Discussion:
    """Start a discussion in `process`; who starts it follows it.

    Raises `NotAllowed`, and `Invalid` for a field.
    """
    check_may_start(process, actor=actor, now=now)
    started = Discussion(
        state=State.DRAFT,
        process=process,
        author_id=actor.id,
        author_name=contributions.keep_public_name(public_name, actor=actor),
        is_official=is_official(actor),
        created_at=now,
    )
    _fill(started, opening)
    db.session.add(started)
    contributions.publish(started, actor=actor, now=now)
    contributions.set_tags(started, tags_in(opening.tags))
    return started


def check_may_revise(discussion: Discussion, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` may not change a discussion now."""
    opinions = discussion.agree_count + discussion.disagree_count
    if not can_revise(
        discussion.state, author_id=discussion.author_id, opinions=opinions, actor=actor
    ):
        raise NotAllowed(
            N_("You can change your own discussion until somebody agrees or disagrees with it.")
        )
    if not may(Action.COMMENT, discussion.process.phases, now):
        raise NotAllowed(N_("You cannot change this at this moment."))


def revise(discussion: Discussion, opening: Opening, *, actor: Actor, now: datetime) -> None:
    """Write a discussion anew, as long as nobody has an opinion on it.

    Raises `NotAllowed`, and `Invalid` for a field.
    """
    contributions.hold(discussion)  # whoever presses now waits, and then agrees with the new words
    db.session.refresh(discussion, ["agree_count", "disagree_count"])
    check_may_revise(discussion, actor=actor, now=now)
    _fill(discussion, opening)
    contributions.set_tags(discussion, tags_in(opening.tags))


def withdraw(discussion: Discussion, *, actor: Actor) -> None:
    """Take a discussion back: its text goes, what others said stays. Raises `NotAllowed`."""
    contributions.hold(discussion)
    if not can_withdraw(discussion.state, author_id=discussion.author_id, actor=actor):
        raise NotAllowed(N_("You can only take back a discussion of your own."))
    contributions.withdraw(discussion, actor=actor)


def check_may_answer(discussion: Discussion, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not answer `discussion` for the municipality.

    In an archived process nobody may: `Conflict`.
    """
    check_not_archived(discussion.process.archived_at)
    if not can_answer(
        discussion.state,
        author_id=discussion.author_id,
        answers=discussion.process.answers_discussions,
        actor=actor,
    ):
        raise NotAllowed(N_("You cannot answer this discussion."))


def answer(discussion: Discussion, text: str, *, actor: Actor, now: datetime) -> DiscussionAnswer:
    """Answer for the municipality, or correct the answer; followers are told of the first.

    Raises `NotAllowed`, and `Invalid` for the field text.
    """
    contributions.hold(discussion)
    check_may_answer(discussion, actor=actor)
    text = contributions.written(text, ANSWER_LENGTH, field="text")
    given = db.session.get(DiscussionAnswer, discussion.id, populate_existing=True)
    is_news = given is None
    if given is None:
        given = DiscussionAnswer(discussion_id=discussion.id, answered_at=now)
        db.session.add(given)
    else:
        given.corrected_at = now
    given.text, given.html, given.clerk_id = text, from_plain(text), actor.id
    subject = f"contribution/{discussion.id}"
    audit.record("discussions.answer", account_id=actor.id, subject=subject, now=now)
    if is_news:
        outbox.tell_each(
            followers(discussion.id),
            "discussions.answered",
            dedup=str(discussion.id),
            now=now,
            parameters={
                "contribution_id": discussion.id,
                "title": discussion.title,
                "language": discussion.language,
                "answer": text,
            },
        )
    return given


def _fill(discussion: Discussion, opening: Opening) -> None:
    discussion.title = contributions.written_line(opening.title, SUBJECT_LENGTH, field="title")
    discussion.text = contributions.written(opening.text, OPENING_LENGTH, field="text")
    discussion.html = from_plain(discussion.text)
    discussion.summary = shortened(discussion.text)
    tags_in(opening.tags)
    discussion.category_id = _category(discussion, opening.category_id)
    if opening.area_id is not None and db.session.get(Area, opening.area_id) is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    discussion.area_id = opening.area_id
    if opening.language:
        discussion.language = opening.language


def _category(discussion: Discussion, category_id: int | None) -> int | None:
    if category_id is None:
        return None
    category = db.session.get(Category, category_id)
    if category is None or category.process_id != discussion.process.id:
        raise Invalid(N_("Choose a theme from the list."), field="category")
    return category_id
