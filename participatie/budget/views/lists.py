"""The list of a resident: put plans on it, take them off, check it, cast it."""

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from participatie.audience.services import AskedFirst
from participatie.budget.forms.lists import LEAVE, PUT, FoundForm, asked_in, pressed
from participatie.budget.models.budgets import Budget
from participatie.budget.queries import lists as queries
from participatie.budget.rules.lists import Part, ShoppingList
from participatie.budget.views.found import (
    OpenVote,
    letter_here,
    load,
    load_open,
    open_vote,
    paper_of,
    today,
    vote_of,
)
from participatie.contributions.rules import State
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import say, when_away
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.i18n import locale
from participatie.core.money import euros
from participatie.votes import owners
from participatie.votes.rules.kinds import shuffled
from participatie.votes.rules.papers import Paper
from participatie.votes.services import casting, drafts, rights
from participatie.votes.services.amendments import amendments_of
from participatie.votes.services.entitling import who_may
from participatie.votes.services.turnout import turnout_of
from participatie.votes.views.polls import (
    await_vote,
    cast_by,
    cast_checked,
    kept_here,
    leave_url,
    receipt_of,
    voter,
)
from participatie.votes.voters import rehearsal_here, vote_keys, voter_of

bp = Blueprint("budget_list", __name__, template_folder="../templates")

SAID = "bericht"  # where on the page the answer to a press stands


@bp.get("/begrotingen/<int:budget_id>/lijst")
@anyone
def begin(budget_id: int) -> ResponseReturnValue:
    """Begin a list: for who has no session yet, and so no form."""
    budget = load_open(budget_id)
    paper = paper_of(budget)
    plan = paper.options.get(request.args.get("plan", ""))
    if plan is None:
        raise NotFound
    return render_template(
        "budget/begin.html", budget=budget, plan=plan, has_letter=letter_here(budget)
    )


@bp.post("/begrotingen/<int:budget_id>/lijst")
@anyone
def change(budget_id: int) -> ResponseReturnValue:
    """Put one plan on the list, or take one off, or all plans of one area."""
    vote, press = open_vote(budget_id), pressed(request.form.get("press", ""))
    if press is None:
        raise Conflict(N_("This plan is not on the ballot. Look at the list of plans again."))
    act, code = press
    before = kept_here(vote.id).given
    wanted = _list_of(vote, before)
    if act == LEAVE:
        _keep(vote.id, wanted.without_area(code), before)
        db.session.commit()
        _say(vote.id, "", _left(wanted, code))
        return _to_list(budget_id)
    try:
        changed = wanted.with_plan(code) if act == PUT else wanted.without_plan(code)
    except Invalid as refusal:
        _say(vote.id, code, say(refusal), refused=True)
    else:
        _keep(vote.id, changed, before)
        db.session.commit()
        _say(vote.id, code, _told(changed.part_of(code), is_put=act == PUT))
    return _to_list(budget_id)


@bp.post("/begrotingen/<int:budget_id>/lijst/wis")
@anyone
def clear(budget_id: int) -> ResponseReturnValue:
    """Take everything off the list."""
    vote = open_vote(budget_id)
    drafts.forget(owners.owner(), vote.id)
    db.session.commit()
    _say(vote.id, "", gettext("Your list is cleared. There is nothing on it any more."))
    return redirect(url_for("budget.show", budget_id=budget_id, _anchor=SAID), 303)


@bp.get("/begrotingen/<int:budget_id>/overzicht")
@anyone
def check(budget_id: int) -> ResponseReturnValue:
    """The list once more, before it is cast."""
    budget, vote = load_open(budget_id), open_vote(budget_id)
    round_id = vote.id
    if voter_of(round_id) is None and not current_user.is_authenticated:
        return redirect(url_for("identity.login", next=request.path), 303)
    try:
        who = voter(round_id)
    except AskedFirst:
        return redirect(url_for("vote_audience.ask", round_id=round_id), 303)
    used = rights.cast_by(round_id, who.key)
    rights.check_no_paper(used)
    before = kept_here(round_id).given
    wanted = _list_of(vote, before)
    if not wanted.chosen:
        return render_template(
            "budget/empty.html",
            budget=budget,
            has_cast=used is not None,
            has_letter=letter_here(budget),
        )
    refusal = wanted.refusal()
    if refusal is not None:
        _say(round_id, "", say(refusal), refused=True)
        return redirect(url_for("budget.show", budget_id=budget_id, _anchor=SAID), 303)
    _keep(round_id, wanted, before)
    press = drafts.check(owners.owner(), round_id)
    await_vote(round_id, who)
    db.session.commit()
    return render_template(
        "budget/check.html",
        budget=budget,
        list=wanted,
        press=press,
        has_cast=used is not None,
        has_letter=letter_here(budget),
        whom=who_may(round_id),
    )


@bp.post("/begrotingen/<int:budget_id>/stem")
@when_away("votes/not_known.html")
@anyone
def cast(budget_id: int) -> ResponseReturnValue:
    """Put the list that was checked in the ballot box.

    The form carries the number of the check only; what stands on the list stays on the server.
    """
    found = db.session.connection().execute(queries.ROUND, {"budget": budget_id}).scalar()
    if found is None:
        raise NotFound
    rehearsal = rehearsal_here(found)
    cast_checked(rehearsal.id if rehearsal else found, request.form.get("press", ""))
    return redirect(url_for(".received", budget_id=budget_id), 303)


@bp.get("/begrotingen/<int:budget_id>/ontvangen")
@anyone
def received(budget_id: int) -> ResponseReturnValue:
    """Say that the vote is stored, with its control code; nothing of what it was."""
    budget = load(budget_id)
    round_id = vote_of(budget).id
    receipt = receipt_of(round_id)
    if receipt is None:
        return redirect(url_for("budget.show", budget_id=budget_id), 303)
    code, at = receipt
    return render_template(
        "budget/received.html",
        budget=budget,
        receipt=code,
        at=at,
        leave_url=leave_url(round_id),
        has_letter=letter_here(budget),
    )


def choose(budget: Budget, paper: Paper, plans: dict[str, Any], found: FoundForm) -> str:
    """The plans with their buttons. Who has no session gets the order of the day and links."""
    round_id, is_known = vote_of(budget).id, has_session()
    gone = frozenset(code for code, plan in plans.items() if plan.state is State.WITHDRAWN)
    wanted = ShoppingList.of(paper, kept_here(round_id).given if is_known else {}, gone)
    on_ballot = [code for code in wanted.paper.options if code in plans]
    seed = owners.order_of(round_id) if is_known else today()
    said = session.pop(_said(round_id), None) if is_known else None
    shown = [code for code in shuffled(on_ballot, seed) if found.finds(plans[code])]
    return render_template(
        "budget/choose.html",
        budget=budget,
        rows=[Row(code, plans[code], wanted.part_of(code)) for code in shown],
        list=wanted,
        found=found,
        total=len(on_ballot),
        has_map=any(plan.latitude is not None for plan in plans.values()),
        said=said,
        cast_by=cast_by(round_id) if is_known else None,
        has_session=is_known,
        has_letter=letter_here(budget),
        amendments=amendments_of(budget.round),
        turnout=turnout_of(budget.round),
        whom=who_may(round_id),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A plan on the page under its code on the ballot, and the part of the list it belongs to."""

    code: str
    plan: Any
    part: Part


def has_session() -> bool:
    """Whether this browser has a session; who only reads gets none."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def kept_list(budget: Budget) -> ShoppingList:
    """What stands on the list of who makes this request."""
    vote = open_vote(budget.id)
    return _list_of(vote, kept_here(vote.id).given)


def _list_of(vote: OpenVote, kept: drafts.Given) -> ShoppingList:
    return ShoppingList.of(casting.paper(vote.id, vote.rules_hash), kept, vote.withdrawn)


def _keep(round_id: int, wanted: ShoppingList, before: drafts.Given) -> None:
    """Keep a list instead of what was read there `before`."""
    owner, keys = owners.owner(), vote_keys()
    drafts.keep(owner, round_id, wanted.given, keys=keys, now=now(), before=before)


def _told(part: Part, *, is_put: bool) -> str:
    """One short sentence: what happened, and what is left."""
    left = euros(part.left, locale()) if part.has_money else str(part.plans_left)
    if part.has_money:
        put, taken = N_("Added. Still %(left)s."), N_("Taken off. Still %(left)s.")
    else:
        put = N_("Added. You may choose %(left)s more.")
        taken = N_("Taken off. You may choose %(left)s more.")
    said: str = gettext(put if is_put else taken, left=left)
    return said


def _left(wanted: ShoppingList, area: str) -> str:
    """What came off with the plans of an area, by name."""
    gone = [wanted.option(plan).title for plan in wanted.given[area]]
    said: str = gettext(
        "Taken off: %(plans)s. You can choose plans of another area now.", plans=", ".join(gone)
    )
    return said


def _to_list(budget_id: int) -> ResponseReturnValue:
    """Back to the same plans, at the sentence about what happened."""
    found: dict[str, Any] = asked_in(request.args)
    return redirect(url_for("budget.show", budget_id=budget_id, **found, _anchor=SAID), 303)


def _said(round_id: int) -> str:
    return f"said/{round_id}"


def _say(round_id: int, plan: str, sentence: str, *, refused: bool = False) -> None:
    """Keep one sentence for the next page, to stand beside `plan`."""
    session[_said(round_id)] = {"plan": plan, "sentence": sentence, "refused": refused}
