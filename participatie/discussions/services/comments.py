"""Saying something about a contribution, and taking it back."""

from datetime import datetime

from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.contributions.models import Contribution
from participatie.contributions.rules import State, shortened
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.core.html import from_plain
from participatie.core.i18n import language as spoken
from participatie.discussions.models import Comment
from participatie.discussions.rules import (
    TEXT_LENGTH,
    Stance,
    Subject,
    can_comment,
    can_withdraw,
    is_official,
)
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may


def comment(
    subject: Contribution,
    *,
    text: str,
    public_name: str,
    answers: Comment | None = None,
    stance: Stance | None = None,
    language: str | None = None,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Say `text` about `subject`, or in answer to a comment on it; the author follows `subject`.

    With a `stance` it is an argument for or against; what answers a comment has none of its own.
    It is in the `language` of the page unless its author says otherwise.

    Raises `NotAllowed` with what is in the way, `Invalid` for the fields text and public_name.
    """
    check_may_comment(subject, answers=answers, actor=actor, now=now)
    text = contributions.written(text, TEXT_LENGTH, field="text")
    said = Comment(
        state=State.DRAFT,
        process_id=subject.process_id,
        area_id=subject.area_id,
        author_id=actor.id,
        author_name=contributions.keep_public_name(public_name, actor=actor),
        title="",
        summary=shortened(text),
        text=text,
        html=from_plain(text),
        subject_id=subject.id,
        parent_id=answers.id if answers else None,
        root_id=(answers.root_id or answers.id) if answers else None,
        stance=None if answers else stance,
        is_official=is_official(actor),
        created_at=now,
    )
    said.language = language or spoken()
    db.session.add(said)
    contributions.publish(said, actor=actor, now=now)
    contributions.follow(subject, actor=actor, now=now)
    return said


def check_may_comment(
    subject: Subject, *, answers: Comment | None = None, actor: Actor, now: datetime
) -> None:
    """Raise `NotAllowed` when `actor` may not comment on `subject`, or answer a comment, now."""
    if not may(Action.COMMENT, subject.process.phases, now):
        raise NotAllowed(N_("You cannot comment at this moment. This process is between phases."))
    if not can_comment(subject.state, actor=actor):
        raise NotAllowed(N_("You cannot comment on this."))
    if answers is not None and not _is_there(answers, subject):
        raise NotAllowed(N_("You cannot answer this comment: it is gone."))
    check_may_take_part(subject.process_id, actor=actor, now=now)


def _is_there(answers: Comment, subject: Subject) -> bool:
    return answers.subject_id == subject.id and answers.state is State.PUBLISHED


def withdraw(said: Comment, *, actor: Actor) -> None:
    """Take a comment back; what answered it stays. Raises `NotAllowed`."""
    contributions.hold(said)
    if not can_withdraw(said.state, author_id=said.author_id, actor=actor):
        raise NotAllowed(N_("You can only take back a comment of your own that is still there."))
    contributions.withdraw(said, actor=actor)
