"""Saying something about a contribution, agreeing with what others say, and taking it back."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy import text as sql

from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.contributions.models import Contribution
from participatie.contributions.rules import State, shortened
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.core.html import from_plain
from participatie.discussions import queries
from participatie.discussions.models import Comment, CommentOpinion
from participatie.discussions.rules import (
    TEXT_LENGTH,
    Opinion,
    Stance,
    can_comment,
    can_weigh,
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
    actor: Actor,
    now: datetime,
) -> Comment:
    """Say `text` about `subject`, or in answer to a comment on it; the author follows `subject`.

    With a `stance` it is an argument for or against; what answers a comment has none of its own.

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
    db.session.add(said)
    contributions.publish(said, actor=actor, now=now)
    contributions.follow(subject, actor=actor, now=now)
    return said


def check_may_comment(
    subject: Contribution, *, answers: Comment | None = None, actor: Actor, now: datetime
) -> None:
    """Raise `NotAllowed` when `actor` may not comment on `subject`, or answer a comment, now."""
    if not may(Action.COMMENT, subject.process.phases, now):
        raise NotAllowed(N_("You cannot comment at this moment. This process is between phases."))
    if not can_comment(subject.state, actor=actor):
        raise NotAllowed(N_("You cannot comment on this."))
    if answers is not None and not _is_there(answers, subject):
        raise NotAllowed(N_("You cannot answer this comment: it is gone."))
    check_may_take_part(subject.process_id, actor=actor, now=now)


def _is_there(answers: Comment, subject: Contribution) -> bool:
    return answers.subject_id == subject.id and answers.state is State.PUBLISHED


def withdraw(said: Comment, *, actor: Actor) -> None:
    """Take a comment back; what answered it stays. Raises `NotAllowed`."""
    contributions.hold(said)
    if not can_withdraw(said.state, author_id=said.author_id, actor=actor):
        raise NotAllowed(N_("You can only take back a comment of your own that is still there."))
    contributions.withdraw(said, actor=actor)


def weigh(said: Comment, opinion: Opinion, *, actor: Actor, now: datetime) -> bool:
    """Agree or disagree with a comment; the same opinion once more takes it back.

    Whether `actor` has an opinion on it now. Raises `NotAllowed`.
    """
    contributions.hold(said)  # and so the numbers follow the opinions, whoever else presses
    if not can_weigh(said.state, author_id=said.author_id, actor=actor):
        raise NotAllowed(N_("You can only agree or disagree with a comment of somebody else."))
    if not may(Action.COMMENT, said.process.phases, now):
        raise NotAllowed(N_("You cannot comment at this moment. This process is between phases."))
    former = db.session.execute(
        delete(CommentOpinion)
        .where(CommentOpinion.comment_id == said.id, CommentOpinion.account_id == actor.id)
        .returning(CommentOpinion.opinion)
    ).scalar_one_or_none()
    holds = former is not opinion
    if holds:
        row = {"comment_id": said.id, "account_id": actor.id, "opinion": opinion, "since": now}
        db.session.add(CommentOpinion(**row))
    change = {one: holds * (one is opinion) - (one is former) for one in Opinion}
    db.session.execute(
        update(Comment)
        .where(Comment.id == said.id)
        .values(
            agree_count=Comment.agree_count + change[Opinion.AGREE],
            disagree_count=Comment.disagree_count + change[Opinion.DISAGREE],
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(said, ["agree_count", "disagree_count"])
    return holds


def recount() -> list[int]:
    """Count all opinions anew; gives the comments whose numbers had drifted and are right now.

    Nobody can give an opinion meanwhile: a number that was read a moment ago would be written
    again.
    """
    db.session.execute(sql("LOCK TABLE comment_opinion IN SHARE MODE"))
    return list(db.session.scalars(queries.opinions_counted_anew()))
