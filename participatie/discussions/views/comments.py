"""What is said below a contribution, and the pages to say something there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from participatie.contributions.models import Contribution
from participatie.contributions.rules import (
    PrivateData,
    State,
    Written,
    can_see,
    is_own,
    next_chance,
)
from participatie.contributions.views import (
    AfterAct,
    after_act,
    ask_after,
    check_pace,
    just_done,
    load,
    name_to_offer,
)
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed, NotFound, TooMany
from participatie.core.once import once
from participatie.discussions.forms import CommentForm, unwarned
from participatie.discussions.models import Comment
from participatie.discussions.queries import comments as queries
from participatie.discussions.queries.opinions import opinions_of
from participatie.discussions.rules import (
    SHOWN_AT_ONCE,
    TEXT_LENGTH,
    CommentOrder,
    Node,
    Opinion,
    Stance,
    Subject,
    can_weigh,
    can_withdraw,
    is_official,
    shown,
    thread,
)
from participatie.discussions.services import comments as services
from participatie.discussions.services.weighing import weigh as weigh_it
from participatie.identity.current import actor, residents
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may, phase_at

bp = Blueprint("comments", __name__, template_folder="../templates")

ORDER, MOST = "reacties", "tot"
"""What an address says of the comments on a page."""


class Said(NamedTuple):
    """One comment, as `queries.threads` gives it. Two that say the same look the same."""

    id: int
    parent_id: int | None
    stance: Stance | None
    html: Markup
    is_official: bool
    agree_count: int
    disagree_count: int
    state: State
    author_id: int | None
    author_name: str
    language: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """The threads of one stance, as far as they are shown, and how many there are in all."""

    stance: Stance | None
    nodes: tuple[Node[Said], ...]
    number: int

    @property
    def hidden(self) -> int:
        """How many more there are."""
        return self.number - len(self.nodes)


@dataclass(frozen=True, slots=True)
class Talk:
    """All that `discussions/thread.html` shows below a contribution.

    `form` is there for who may say something now; `is_open` also for a visitor, who logs in first.
    `opens` is when one can again, while nobody can; None when that time is over.
    `opinions` are those of the reader, by the number of the comment.
    """

    subject: Subject
    sides: tuple[Side, ...]
    number: int
    order: CommentOrder
    shown: int
    opinions: dict[int, Opinion]
    is_open: bool
    opens: datetime | None
    form: CommentForm | None
    actor: Actor
    now: datetime
    after: AfterAct | None

    @property
    def arguments(self) -> tuple[Side, ...]:
        """For and against, side by side; nothing when nobody took a side."""
        pair = tuple(side for side in self.sides if side.stance is not None)
        return pair if any(side.nodes for side in pair) else ()

    @property
    def others(self) -> Side:
        """What takes no side."""
        return next(side for side in self.sides if side.stance is None)

    @property
    def more(self) -> int:
        """How many threads the next step shows; 0 when all are there."""
        return min(SHOWN_AT_ONCE, max(side.hidden for side in self.sides))

    def can_weigh(self, comment: Said) -> bool:
        return self.is_open and can_weigh(
            comment.state, author_id=comment.author_id, actor=self.actor
        )

    def can_withdraw(self, comment: Said) -> bool:
        return can_withdraw(comment.state, author_id=comment.author_id, actor=self.actor)

    def can_see(self, comment: Said) -> bool:
        return can_see(comment.state, author_id=comment.author_id, actor=self.actor)

    @property
    def of_visitor(self) -> bool:
        """Whether nobody is logged in: then each comment looks the same to all."""
        return self.actor.id is None

    most = TEXT_LENGTH[1]


def discussion_of(subject: Subject) -> Talk:
    """The talk below `subject`, for who asks for the page; its process and phases are loaded."""
    order, most = _order(), shown(request.args.get(MOST))
    asked = {"subject": subject.id, "most": most + 1}  # one more tells that there are more
    comments = [Said._make(row) for row in db.session.execute(queries.threads(order), asked).all()]
    sides, number = _sides(subject, comments, most)
    who, moment = actor(), now()
    chance = next_chance(Action.COMMENT, subject.process.phases, moment)
    return Talk(
        subject=subject,
        sides=sides,
        number=number,
        order=order,
        shown=most,
        opinions=_opinions(who, comments),
        is_open=subject.state is State.PUBLISHED
        and may(Action.COMMENT, subject.process.phases, moment),
        opens=chance.starts_at if chance else None,
        form=_form() if _may_comment(subject, who, moment) else None,
        actor=who,
        now=moment,
        after=_just_said(who, comments),
    )


def _just_said(who: Actor, comments: Sequence[Said]) -> AfterAct | None:
    own = (comment.id for comment in comments if is_own(comment.author_id, who))
    return next(filter(None, map(just_done, own)), None)


def _sides(subject: Subject, comments: Sequence[Said], most: int) -> tuple[tuple[Side, ...], int]:
    """The threads of each side, and how many comments can be read in all.

    Only when a side has more than it may show, it is asked how many there are.
    """
    nodes: dict[Stance | None, list[Node[Said]]] = {stance: [] for stance in (*Stance, None)}
    for node in thread(comments):
        nodes[node.comment.stance].append(node)
    threads = {stance: len(found) for stance, found in nodes.items()}
    number = sum(comment.state is State.PUBLISHED for comment in comments)
    if max(threads.values()) > most:
        counts = db.session.execute(queries.threads_by_side(), {"subject": subject.id}).all()
        threads |= {row.stance: row.threads for row in counts}
        number = sum(row.readable for row in counts)
    return tuple(Side(one, tuple(nodes[one][:most]), threads[one]) for one in nodes), number


def _order() -> CommentOrder:
    asked = request.args.get(ORDER)
    return CommentOrder(asked) if asked in set(CommentOrder) else CommentOrder.OLDEST


def _opinions(who: Actor, comments: Sequence[Said]) -> dict[int, Opinion]:
    if who.id is None or not comments:
        return {}
    found = opinions_of(who.id, [comment.id for comment in comments])
    return {row.contribution_id: row.opinion for row in db.session.execute(found)}


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
@once
def publish(contribution_id: int) -> ResponseReturnValue:
    """Publish a comment; what is not right yet comes back with all that was typed."""
    subject, answers = _target(contribution_id)
    form = _form()
    if not form.validate():
        return _ask(form, subject, answers), 422
    private = () if is_official(actor()) else unwarned(form)
    if private:
        return _ask(form, subject, answers, private)
    try:
        check_pace(Written.COMMENT)
        comment = services.comment(
            subject,
            text=form.text.data or "",
            public_name=form.public_name.data or "",
            answers=answers,
            stance=form.side(),
            language=form.language.data,
            actor=actor(),
            now=now(),
        )
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _ask(form, subject, answers), 422
    db.session.commit()
    ask_after(comment.id)
    flash(gettext("Your comment stands on the page."), "success")
    return redirect(_place_of(comment), 303)


@bp.get("/reacties/<int:contribution_id>/bewijs")
@logged_in
def published(contribution_id: int) -> ResponseReturnValue:
    """A page to print for who wrote a comment: what, when, and where answers come."""
    comment = _comment(contribution_id)
    if not is_own(comment.author_id, actor()) or comment.state is not State.PUBLISHED:
        raise NotFound
    return render_template(
        "discussions/published.html",
        comment=comment,
        subject=load(comment.subject_id),
        place=_place_of(comment),
        phase=phase_at(comment.process.phases, now()),
        is_open=may(Action.COMMENT, comment.process.phases, now()),
        after=after_act(comment.id),
    )


@bp.post("/reacties/<int:contribution_id>/mening")
@residents
def weigh(contribution_id: int) -> ResponseReturnValue:
    """Agree or disagree with a comment; pressing once more takes it back."""
    comment, asked = _comment(contribution_id), request.form.get("opinion")
    if asked not in set(Opinion):
        raise Invalid(N_("Choose whether you agree or disagree."))
    holds = weigh_it(comment, Opinion(asked), actor=actor(), now=now())
    db.session.commit()
    flash(
        gettext("We counted it.") if holds else gettext("We do not count it any more."), "success"
    )
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


def _may_comment(subject: Subject, who: Actor, moment: datetime) -> bool:
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
    """The page of what it is about, with so many threads on it that the comment is one of them."""
    subject = load(comment.subject_id)
    place = db.session.execute(queries.places_of(comment)).one()
    order: dict[str, Any] = {}
    if place.from_oldest > SHOWN_AT_ONCE:
        order = {ORDER: CommentOrder.NEWEST, MOST: str(shown(str(place.from_newest)))}
    return url_for(
        subject.page_endpoint,
        contribution_id=subject.id,
        _anchor=f"reactie-{comment.id}",
        **order,
    )
