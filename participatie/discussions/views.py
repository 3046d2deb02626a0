"""The thread below a contribution, and the pages to say something there."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.models import Contribution
from participatie.contributions.rules import PrivateData, State, Written, can_see
from participatie.contributions.views import check_pace, load, name_to_offer, page_of
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed, NotFound, TooMany
from participatie.discussions import queries, services
from participatie.discussions.forms import CommentForm
from participatie.discussions.models import Comment
from participatie.discussions.rules import TEXT_LENGTH, Node, can_withdraw, is_official, thread
from participatie.identity.current import actor
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may

bp = Blueprint("discussions", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Discussion:
    """All that `discussions/thread.html` shows below a contribution.

    `form` is there for who may say something now; `is_open` also for a visitor, who logs in first.
    """

    subject: Contribution
    nodes: tuple[Node[Comment], ...]
    number: int
    is_open: bool
    form: CommentForm | None
    actor: Actor
    now: datetime

    def can_withdraw(self, comment: Comment) -> bool:
        return can_withdraw(comment.state, author_id=comment.author_id, actor=self.actor)

    def can_see(self, comment: Comment) -> bool:
        return can_see(comment.state, author_id=comment.author_id, actor=self.actor)

    most = TEXT_LENGTH[1]


def discussion_of(subject: Contribution) -> Discussion:
    """The thread below `subject`, for who asks for the page; its process and phases are loaded."""
    comments = db.session.scalars(queries.comments_on(subject.id)).all()
    who, moment = actor(), now()
    return Discussion(
        subject=subject,
        nodes=thread(comments),
        number=sum(comment.state is State.PUBLISHED for comment in comments),
        is_open=may(Action.COMMENT, subject.process.phases, moment),
        form=_form() if _may_comment(subject, who, moment) else None,
        actor=who,
        now=moment,
    )


@bp.get("/reacties/<int:contribution_id>")
@anyone
def show(contribution_id: int) -> ResponseReturnValue:
    """Go to a comment in the thread where it stands."""
    comment = _comment(contribution_id)
    return redirect(_place_of(comment), 303)


@bp.get("/bijdragen/<int:contribution_id>/reacties")
@logged_in
def write(contribution_id: int) -> ResponseReturnValue:
    """Ask what someone wants to say about a contribution, or in answer to a comment."""
    subject, answers = _target(contribution_id)
    services.check_may_comment(subject, answers=answers, actor=actor(), now=now())
    return _ask(_form(), subject, answers)


@bp.post("/bijdragen/<int:contribution_id>/reacties")
@logged_in
def publish(contribution_id: int) -> ResponseReturnValue:
    """Publish a comment; what is not right yet comes back with all that was typed."""
    subject, answers = _target(contribution_id)
    form = _form()
    if not form.validate():
        return _ask(form, subject, answers), 422
    private = () if is_official(actor()) else form.unwarned()
    if private:
        return _ask(form, subject, answers, private)
    try:
        check_pace(Written.COMMENT)
        comment = services.comment(
            subject,
            text=form.text.data or "",
            public_name=form.public_name.data or "",
            answers=answers,
            actor=actor(),
            now=now(),
        )
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _ask(form, subject, answers), 422
    db.session.commit()
    flash(gettext("Your comment stands on the page."), "success")
    return redirect(_place_of(comment), 303)


@bp.get("/reacties/<int:contribution_id>/intrekken")
@logged_in
def ask_to_withdraw(contribution_id: int) -> ResponseReturnValue:
    """Ask whether someone is sure to take a comment back."""
    comment = _comment(contribution_id)
    if not can_withdraw(comment.state, author_id=comment.author_id, actor=actor()):
        raise NotFound
    return render_template("discussions/withdraw.html", comment=comment)


@bp.post("/reacties/<int:contribution_id>/intrekken")
@logged_in
def withdraw(contribution_id: int) -> ResponseReturnValue:
    """Take a comment back; the thread keeps its place."""
    comment = _comment(contribution_id)
    services.withdraw(comment, actor=actor())
    db.session.commit()
    flash(gettext("Your comment is gone from the page."), "success")
    return redirect(_place_of(comment), 303)


def _ask(
    form: CommentForm,
    subject: Contribution,
    answers: Comment | None,
    private: tuple[PrivateData, ...] = (),
) -> str:
    return render_template(
        "discussions/write.html",
        form=form,
        subject=subject,
        answers=answers,
        private=private,
        most=TEXT_LENGTH[1],
    )


def _form() -> CommentForm:
    return CommentForm(public_name=name_to_offer())


def _may_comment(subject: Contribution, who: Actor, moment: datetime) -> bool:
    try:
        services.check_may_comment(subject, actor=who, now=moment)
    except NotAllowed:
        return False
    return True


def _target(contribution_id: int) -> tuple[Contribution, Comment | None]:
    """What is commented on, and the comment that is answered when it is one."""
    target = _seen(contribution_id)
    if isinstance(target, Comment):
        return _seen(target.subject_id), target
    return target, None


def _seen(contribution_id: int) -> Contribution:
    """Only what the reader may see: the page repeats it."""
    found = load(contribution_id)
    if not can_see(found.state, author_id=found.author_id, actor=actor()):
        raise NotFound
    return found


def _comment(contribution_id: int) -> Comment:
    comment = load(contribution_id)
    if not isinstance(comment, Comment):
        raise NotFound
    return comment


def _place_of(comment: Comment) -> str:
    subject = load(comment.subject_id)
    return f"{page_of(subject)}#reactie-{comment.id}"
