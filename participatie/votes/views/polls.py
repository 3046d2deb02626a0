"""A vote as a resident meets it: read, fill in, check, cast, receipt."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from participatie.audience.services import AskedFirst
from participatie.core.access import anyone
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.error_pages import say, when_away
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes import owners
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.drafts import Act, Draft
from participatie.votes.rules.kinds import BallotKind, shuffled
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.rules.stages import Stage, stage_at
from participatie.votes.services import arrivals, casting, checked, drafts, entitling, rights
from participatie.votes.services.amendments import (
    QUESTION,
    amendments_of,
    explanations,
    place_of,
    with_amendments,
)
from participatie.votes.services.turnout import turnout_of
from participatie.votes.voters import caster, holds_letter, rehearsal_here, vote_keys, voter_of

bp = Blueprint("votes", __name__, template_folder="../templates")

CHECK = "check"
STAFF = frozenset({Role.CLERK, Role.ADMINISTRATOR, Role.SECOND})
CANNOT_VOTE = N_("With this log-in you cannot vote. Log out, and log in as a resident.")
OF_LISTS = frozenset({BallotKind.KNAPSACK, BallotKind.MULTIPLE})
ACTS = frozenset(act.value for act in Act)
SAID = {
    Act.PUT: N_("“%(title)s” stands in your order."),
    Act.TAKE: N_("“%(title)s” is taken off your order."),
    Act.UP: N_("“%(title)s” went one place up."),
    Act.DOWN: N_("“%(title)s” went one place down."),
}


@bp.get("/stemmingen")
@anyone
@cached_page
def index() -> ResponseReturnValue:
    """All votes, those of budgets too: what can be voted in now, that which closes first before
    the others, and then the newest first."""
    votes = db.session.scalars(round_queries.public_rounds()).all()
    stages = {vote.id: stage_of(vote, now()) for vote in votes}
    is_open = [vote for vote in votes if stages[vote.id] is Stage.OPEN]
    others = [vote for vote in votes if stages[vote.id] is not Stage.OPEN]
    in_order = sorted(is_open, key=lambda vote: (vote.closes_at, vote.id)) + others
    return render_template("votes/index.html", votes=in_order, stages=stages)


@bp.get("/stemmingen/hoe-veilig")
@anyone
@cached_page
def safety() -> ResponseReturnValue:
    """Six questions about the secret of a vote, and the table for experts."""
    return render_template("votes/safety.html")


@bp.get("/stemmingen/<int:round_id>")
@anyone
@cached_page
def show(round_id: int) -> ResponseReturnValue:
    """What is asked, and what every ballot says of itself; the result when there is one."""
    vote = load(round_id)
    on_pages_of = _with_budget(vote)
    if on_pages_of is not None:
        return redirect(url_for("budget.of_round", round_id=on_pages_of), 303)
    stage = stage_of(vote, now())
    if stage is Stage.RESULT:
        return redirect(url_for("vote_results.result", round_id=round_id), 303)
    amendments = amendments_of(vote)
    paper = with_amendments(casting.paper(round_id), amendments)
    today = now().astimezone(AMSTERDAM).date().isoformat()
    return render_template(
        "votes/show.html",
        vote=vote,
        stage=stage,
        paper=paper,
        explanations=_explanations(vote),
        amendments=amendments,
        orders=_orders(vote, paper, today),
        turnout=turnout_of(vote),
        has_letter=holds_letter(round_id),
        whom=entitling.who_may(round_id),
    )


@bp.get("/stemmingen/<int:round_id>/stembiljet")
@anyone
def fill_in(round_id: int) -> ResponseReturnValue:
    """The ballot with what was filled in before."""
    vote, who = _open_vote(round_id), voter_of(round_id)
    if who is not None:
        rights.check_no_paper(rights.cast_by(round_id, who.key))
    return _ballot(vote, _draft(vote))


@bp.post("/stemmingen/<int:round_id>/stembiljet")
@anyone
def keep(round_id: int) -> ResponseReturnValue:
    """Keep what is filled in; go on to the check when it is a ballot."""
    vote = _open_vote(round_id)
    draft, pressed = _filled_in(casting.paper(round_id)), request.form.get("act", CHECK)
    act, _, place = pressed.partition(":")
    if act in ACTS:
        question, _, option = place.partition(":")
        draft = draft.change(question, Act(act), option)
        _say(round_id, draft, Act(act), question, option)
    drafts.keep(owners.owner(), round_id, draft.given, keys=vote_keys(), now=now())
    db.session.commit()
    if act in ACTS:
        anchor = f"q-{place.partition(':')[0]}"
        return redirect(url_for(".fill_in", round_id=round_id, _anchor=anchor), 303)
    faults = _faults(draft)
    if faults:
        return _ballot(vote, draft, faults), 422
    return redirect(url_for(".check", round_id=round_id), 303)


@bp.get("/stemmingen/<int:round_id>/overzicht")
@anyone
def check(round_id: int) -> ResponseReturnValue:
    """The ballot once more, before it is cast."""
    vote = _open_vote(round_id)
    if voter_of(round_id) is None and not current_user.is_authenticated:
        return redirect(url_for("identity.login", next=request.path), 303)
    try:
        who = voter(round_id)
    except AskedFirst:
        return redirect(url_for("vote_audience.ask", round_id=round_id), 303)
    used = rights.cast_by(round_id, who.key)
    rights.check_no_paper(used)
    draft = _draft(vote)
    if _faults(draft):
        return redirect(url_for(".fill_in", round_id=round_id), 303)
    press = drafts.check(owners.owner(), round_id)
    await_vote(round_id, who)
    db.session.commit()
    return render_template(
        "votes/check.html",
        vote=vote,
        draft=draft,
        press=press,
        has_cast=used is not None,
        has_letter=holds_letter(round_id),
        whom=entitling.who_may(round_id),
    )


@bp.post("/stemmingen/<int:round_id>/stem")
@when_away("votes/not_known.html")
@anyone
def cast(round_id: int) -> ResponseReturnValue:
    """Put the ballot that was checked in the box.

    The form carries the number of the check only; what stands on the ballot stays on the server.
    """
    cast_checked(round_id, request.form.get("press", ""))
    return redirect(url_for(".received", round_id=round_id), 303)


@bp.get("/stemmingen/<int:round_id>/ontvangen")
@anyone
def received(round_id: int) -> ResponseReturnValue:
    """Say that the vote is stored, with its control code; nothing of what it was."""
    vote, receipt = load(round_id), receipt_of(round_id)
    if receipt is None:
        return redirect(url_for(".show", round_id=round_id), 303)
    code, at = receipt
    return render_template(
        "votes/received.html",
        vote=vote,
        receipt=code,
        at=at,
        leave_url=leave_url(round_id),
        has_letter=holds_letter(round_id),
    )


def load(round_id: int) -> VoteRound:
    """A vote that everybody may know of, with its questions. Raises `NotFound`.

    A rehearsal is there for the staff and for who holds one of its test codes.
    """
    vote = db.session.scalars(round_queries.public_round(round_id)).one_or_none()
    if vote is None and (holds_letter(round_id) or not STAFF.isdisjoint(actor().roles)):
        vote = db.session.scalars(round_queries.rehearsal(round_id)).one_or_none()
    if vote is None:
        raise NotFound
    return vote


def stage_of(vote: VoteRound, moment: datetime) -> Stage:
    """What a resident can do with a vote."""
    return stage_at(vote.state, opens_at=vote.opens_at, closes_at=vote.closes_at, now=moment)


def is_budget(vote: VoteRound) -> bool:
    """Whether it divides money: then its pages are those of the budget."""
    return any(question.budget is not None for question in vote.questions)


def _with_budget(vote: VoteRound) -> int | None:
    """The vote on whose budget pages somebody votes in this one; nothing for all else.

    Who holds a test code of a rehearsal votes on the pages of the budget, as residents will; for
    the staff its list is filled in as any ballot.
    """
    if not is_budget(vote):
        return None
    is_played = rehearsal_here(vote.rehearsal_of) is not None
    return vote.rehearsal_of if is_played else vote.id if vote.rehearsal_of is None else None


def is_list(vote: VoteRound) -> bool:
    """Whether it is filled in as a list of plans, and only so: a rehearsal as any ballot too."""
    return vote.rehearsal_of is None and any(
        q.budget is not None and q.kind in OF_LISTS for q in vote.questions
    )


def voter(round_id: int) -> Voter:
    """Who casts in this request, and may. Raises `NotAllowed`."""
    found = voter_of(round_id)
    if found is None:
        raise NotAllowed(CANNOT_VOTE)
    if found.channel is Channel.LOGIN:
        entitling.check_may_vote(round_id, actor=actor(), now=now())
    return found


def cast_checked(round_id: int, typed: str) -> None:
    """Cast the draft that was checked under this press; once, however often it is sent.

    Commits. Raises `Conflict` when the draft has changed since, and what casting raises.
    """
    who = caster(round_id)
    if who is None:
        raise NotAllowed(CANNOT_VOTE)
    if isinstance(who, str):
        entitling.check_may_vote(round_id, actor=actor(), now=now())
    press = _number(typed)
    try:
        checked.cast(round_id, press, who=who, owner=owners.owner(), keys=vote_keys())
    except checked.DraftChanged:
        if stage_of(load(round_id), now()) is not Stage.OPEN:
            raise Conflict(N_("This vote is closed. You can no longer vote.")) from None
        raise
    db.session.commit()
    owners.remember_cast(round_id, press, now())


def await_vote(round_id: int, who: Voter) -> None:
    """Let who is about to cast hear later that it arrived. The caller commits."""
    arrivals.await_vote(round_id, voter=who, owner=owners.owner(), keys=vote_keys())


def receipt_of(round_id: int) -> tuple[str, datetime] | None:
    """The control code of the last cast of this session, and when it was."""
    cast_with, who = owners.last_cast(round_id), voter_of(round_id)
    if cast_with is None or who is None:
        return None
    press, at = cast_with
    return vote_keys().receipt(round_id, who.key, press).code, at


def leave_url(round_id: int) -> str:
    """Where who voted leaves, so that nothing of them stays in this browser."""
    return url_for("vote_codes.done" if holds_letter(round_id) else "identity.logout")


def has_cast(round_id: int) -> bool:
    """Whether who makes this request has voted."""
    return cast_by(round_id) is not None


def cast_by(round_id: int) -> Channel | None:
    """By what road who makes this request has voted, on paper too; None when they have not.

    The roll says so, and it is kept nowhere else.
    """
    who = voter_of(round_id)
    return None if who is None else rights.cast_by(round_id, who.key)


def kept_here(round_id: int) -> drafts.Kept:
    """What is kept for who makes this request.

    What they filled in before logging in goes along; then it commits.
    """
    owner, before, keys = owners.owner(), owners.visitor_before(), vote_keys()
    if before is not None:
        drafts.take_over(before, owner, round_id, keys=keys, now=now())
        db.session.commit()
    return drafts.kept(owner, round_id, keys=keys)


def _open_vote(round_id: int) -> VoteRound:
    vote = load(round_id)
    if is_list(vote):
        raise NotFound
    stage = stage_of(vote, now())
    if stage is Stage.NO_VOTE_YET:
        raise Conflict(N_("This vote has not begun yet."))
    if stage is not Stage.OPEN:
        raise Conflict(N_("This vote is closed. You can no longer vote."))
    return vote


def _draft(vote: VoteRound) -> Draft:
    """What stands on the ballot of who makes this request."""
    paper = with_amendments(casting.paper(vote.id), amendments_of(vote))
    return Draft.of(paper, kept_here(vote.id).given)


def _filled_in(paper: Paper) -> Draft:
    """What the form holds."""
    given = {}
    for question in paper.questions:
        answers = request.form.getlist(f"q.{question.code}")
        if question.kind is BallotKind.POINTS:
            typed = {o: request.form.get(f"p.{question.code}.{o}", "") for o in question.options}
            answers = [f"{option}={number}" for option, number in typed.items() if number.strip()]
        given[question.code] = [answer for answer in answers if answer]
    return Draft.of(paper, given)


def _faults(draft: Draft) -> dict[str, str]:
    """What must change, by question, in the language of the page; all of it under no question."""
    faults = {code: say(fault) for code, fault in draft.faults().items()}
    if not faults:
        try:
            draft.choice()
        except Invalid as fault:
            return {"": say(fault)}
    return faults


def _ballot(vote: VoteRound, draft: Draft, faults: Mapping[str, str] | None = None) -> str:
    return render_template(
        "votes/fill_in.html",
        vote=vote,
        draft=draft,
        faults=faults or {},
        said=session.pop(f"said/{vote.id}", {}),
        has_cast=has_cast(vote.id),
        has_letter=holds_letter(vote.id),
        explanations=_explanations(vote),
        amendments=amendments_of(vote),
        orders=_orders(vote, draft.paper, owners.order_of(vote.id)),
        whom=entitling.who_may(vote.id),
    )


def _say(round_id: int, draft: Draft, act: Act, question: str, option: str) -> None:
    """Keep one sentence for the next page, to stand at the question."""
    known = draft.paper.options.get(option)
    if known is not None:
        session[f"said/{round_id}"] = {question: gettext(SAID[act], title=known.title)}


def _explanations(vote: VoteRound) -> dict[str, str]:
    now_hold = {one.place: one.text for one in explanations(vote)}
    places = {question.code: place_of(QUESTION, question.code) for question in vote.questions}
    return {code: now_hold.get(place, "") for code, place in places.items()}


def _orders(vote: VoteRound, paper: Paper, seed: str) -> dict[str, list[str]]:
    """The options of each question in the order in which this reader sees them."""
    shuffles = {question.code: question.shuffles for question in vote.questions}
    return {
        q.code: shuffled(q.options, seed) if shuffles[q.code] else list(q.options)
        for q in paper.questions
    }


def _number(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise Conflict(N_("Your list has changed since you checked it. Check it again.")) from None
