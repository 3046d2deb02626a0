"""One discussion: starting it, reading it, agreeing with it, changing it, and taking it back."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.areas import queries as areas
from participatie.audience.services import AskedFirst
from participatie.contributions.queries import follow, tags_most_used
from participatie.contributions.rules import PrivateData, State, Written, can_see, next_chance
from participatie.contributions.views import after_act, check_pace, name_to_offer
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed, NotFound, TooMany
from participatie.core.kept_forms import kept_fields
from participatie.core.once import once
from participatie.core.page_cache import cached_page
from participatie.discussions.forms import OpeningForm, StartForm, filled_in, unseen, unwarned
from participatie.discussions.models import Discussion
from participatie.discussions.queries import discussions as queries
from participatie.discussions.queries.opinions import opinions_of
from participatie.discussions.rules import (
    OPENING_LENGTH,
    SUBJECT_LENGTH,
    Opinion,
    can_answer,
    can_revise,
    can_start,
    can_weigh,
    can_withdraw,
    is_official,
)
from participatie.discussions.services import discussions as services
from participatie.discussions.services.weighing import weigh as weigh_it
from participatie.discussions.views.comments import discussion_of
from participatie.identity.current import actor, residents
from participatie.identity.rules import Actor
from participatie.processes.models import Process
from participatie.processes.queries import categories_of, public_process
from participatie.processes.rules import Action, may, phase_at

bp = Blueprint("discussions", __name__, template_folder="../templates")

MOST_SUGGESTED = 100


@bp.get("/trajecten/<slug>/discussies/nieuw")
@logged_in
def new(slug: str) -> ResponseReturnValue:
    """Ask with what somebody starts a discussion."""
    process = _process(slug)
    form = _start_form(process)
    if kept_fields() is not None:  # typed before a session ended: nothing of it is lost
        return _ask(form, process)
    if not may(Action.DISCUSS, process.phases, now()):
        opens = next_chance(Action.DISCUSS, process.phases, now())
        return render_template("discussions/closed.html", process=process, opens=opens)
    try:
        services.check_may_start(process, actor=actor(), now=now())
    except AskedFirst:
        return redirect(url_for("processes.may_i", slug=slug), 303)
    return _ask(form, process)


@bp.post("/trajecten/<slug>/discussies/nieuw")
@logged_in
@once
def start(slug: str) -> ResponseReturnValue:
    """Start a discussion; what is not right yet comes back with all that was typed."""
    process = _process(slug)
    form = _start_form(process)
    if not form.validate():
        return _ask(form, process), 422
    private = () if is_official(actor()) else unwarned(form)
    similar = unseen(form, services.similar_to(form.title.data or "", process.id))
    if private or similar:
        return _ask(form, process, private=private, similar=similar)
    try:
        check_pace(Written.DISCUSSION)
        started = services.start(
            process,
            form.opening(),
            public_name=form.public_name.data or "",
            actor=actor(),
            now=now(),
        )
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _ask(form, process), 422
    db.session.commit()
    return redirect(url_for(".started", contribution_id=started.id), 303)


@bp.get("/trajecten/<slug>/discussies/lijkt-op")
@logged_in
def similar(slug: str) -> ResponseReturnValue:
    """The discussions that resemble a title, as a part of the page where it is typed."""
    process = _process(slug)
    title = request.args.get("titel", "")[: SUBJECT_LENGTH[1]]
    found = services.similar_to(title, process.id)
    return render_template("discussions/similar.html", found=found)


@bp.get("/discussies/<int:contribution_id>/begonnen")
@logged_in
def started(contribution_id: int) -> ResponseReturnValue:
    """Say what happens now to who started a discussion, with its number; made to be printed."""
    discussion = _own(contribution_id)
    return render_template(
        "discussions/started.html",
        discussion=discussion,
        process=discussion.process,
        phase=phase_at(discussion.process.phases, now()),
        is_open=may(Action.COMMENT, discussion.process.phases, now()),
        after=after_act(discussion.id),
    )


@bp.get("/discussies/<int:contribution_id>")
@anyone
@cached_page
def show(contribution_id: int) -> ResponseReturnValue:
    """Show one discussion; of a hidden one only that it was there."""
    discussion = _discussion(contribution_id)
    who = actor()
    if not can_see(discussion.state, author_id=discussion.author_id, actor=who):
        return render_template("discussions/hidden.html", discussion=discussion), 410
    talk = discussion_of(discussion)
    return render_template(
        "discussions/show.html",
        discussion=discussion,
        process=discussion.process,
        phase=phase_at(discussion.process.phases, now()),
        talk=talk,
        is_open=talk.is_open and discussion.state is State.PUBLISHED,
        can=_acts(discussion, who, is_open=talk.is_open),
        opinion=_opinion(who.id, discussion.id),
        follows=_follows(who.id, discussion.id),
    )


@bp.post("/discussies/<int:contribution_id>/mening")
@residents
def weigh(contribution_id: int) -> ResponseReturnValue:
    """Agree or disagree with a discussion; pressing once more takes it back."""
    discussion, asked = _discussion(contribution_id), request.form.get("opinion")
    if asked not in set(Opinion):
        raise Invalid(N_("Choose whether you agree or disagree."))
    holds = weigh_it(discussion, Opinion(asked), actor=actor(), now=now())
    db.session.commit()
    counted, gone = gettext("We counted it."), gettext("We do not count it any more.")
    flash(counted if holds else gone, "success")
    return redirect(url_for(".show", contribution_id=contribution_id, _anchor="mening"), 303)


@bp.get("/discussies/<int:contribution_id>/veranderen")
@logged_in
def revise(contribution_id: int) -> ResponseReturnValue:
    """Ask how a discussion reads from now on."""
    discussion = _own(contribution_id)
    if kept_fields() is None:
        services.check_may_revise(discussion, actor=actor(), now=now())
    form = _offering(OpeningForm(data=filled_in(discussion)), discussion.process)
    return _ask(form, discussion.process, discussion)


@bp.post("/discussies/<int:contribution_id>/veranderen")
@logged_in
def save_revision(contribution_id: int) -> ResponseReturnValue:
    """Show a discussion in other words, while nobody has an opinion on it."""
    discussion = _own(contribution_id)
    form = _offering(OpeningForm(), discussion.process)
    if not form.validate():
        return _ask(form, discussion.process, discussion), 422
    private = () if is_official(actor()) else unwarned(form)
    if private:
        return _ask(form, discussion.process, discussion, private=private)
    try:
        form.check_seen(discussion)
        services.revise(discussion, form.opening(), actor=actor(), now=now())
    except (Invalid, NotAllowed) as error:
        form.refuse(error)
        db.session.rollback()
        return _ask(form, _discussion(contribution_id).process, discussion), 422
    db.session.commit()
    flash(gettext("Your change is published."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


@bp.get("/discussies/<int:contribution_id>/terugnemen")
@logged_in
def ask_to_withdraw(contribution_id: int) -> ResponseReturnValue:
    """Ask whether somebody is sure to take a discussion back."""
    return render_template("discussions/take_back.html", discussion=_own(contribution_id))


@bp.post("/discussies/<int:contribution_id>/terugnemen")
@logged_in
def withdraw(contribution_id: int) -> ResponseReturnValue:
    """Take a discussion back; what others said stays."""
    services.withdraw(_own(contribution_id), actor=actor())
    db.session.commit()
    flash(gettext("Your text is gone from the page."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


def _ask(
    form: OpeningForm,
    process: Process,
    discussion: Discussion | None = None,
    private: tuple[PrivateData, ...] = (),
    similar: Sequence[tuple[int, str]] = (),
) -> str:
    return render_template(
        "discussions/start.html",
        form=form,
        process=process,
        discussion=discussion,
        private=private,
        similar=similar,
        tags=db.session.scalars(tags_most_used(process.id, MOST_SUGGESTED)).all(),
        most=OPENING_LENGTH[1],
    )


def _start_form(process: Process) -> StartForm:
    form = StartForm(public_name=name_to_offer())
    _offering(form, process)
    return form


def _offering(form: OpeningForm, process: Process) -> OpeningForm:
    form.offer(
        db.session.scalars(categories_of(process.id)).all(),
        db.session.execute(areas.names()).all(),
    )
    return form


def _acts(discussion: Discussion, who: Actor, *, is_open: bool) -> set[str]:
    """What `who` can do with a discussion now."""
    state, author_id = discussion.state, discussion.author_id
    opinions = discussion.agree_count + discussion.disagree_count
    answers = discussion.process.answers_discussions
    possible = {
        "weigh": is_open and can_weigh(state, author_id=author_id, actor=who),
        "revise": is_open and can_revise(state, author_id=author_id, opinions=opinions, actor=who),
        "withdraw": can_withdraw(state, author_id=author_id, actor=who),
        "answer": can_answer(state, author_id=author_id, answers=answers, actor=who)
        and discussion.process.archived_at is None,
    }
    return {act for act, can in possible.items() if can}


def _opinion(account_id: int | None, discussion_id: int) -> Opinion | None:
    if account_id is None:
        return None
    given = db.session.execute(opinions_of(account_id, [discussion_id])).one_or_none()
    return given.opinion if given else None


def _follows(account_id: int | None, discussion_id: int) -> bool:
    if account_id is None:
        return False
    return db.session.scalars(follow(discussion_id, account_id)).one_or_none() is not None


def _process(slug: str) -> Process:
    """The published process of this address, where `actor` could start a discussion."""
    found = db.session.scalars(public_process(slug)).one_or_none()
    if found is None or not can_start(found.discussion_starters, actor=actor()):
        raise NotFound
    return found


def _discussion(contribution_id: int) -> Discussion:
    found = db.session.scalars(queries.discussion(contribution_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def _own(contribution_id: int) -> Discussion:
    """The published discussion of who asks; of somebody else there is no such page."""
    discussion = _discussion(contribution_id)
    if not can_withdraw(discussion.state, author_id=discussion.author_id, actor=actor()):
        raise NotFound
    return discussion
