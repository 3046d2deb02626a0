"""The pages of a budget: choose, check, cast, and the result."""

import io
import json
from dataclasses import replace
from datetime import datetime
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
from werkzeug.wrappers import Response

from participatie.budget import queries
from participatie.budget.forms import PUT, ChangeForm
from participatie.budget.models import Budget
from participatie.budget.rules.lists import ShoppingList
from participatie.contributions.views import load
from participatie.core.access import anyone
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.money import euros
from participatie.core.page_cache import cached_page
from participatie.discussions.views import discussion_of
from participatie.votes import owners
from participatie.votes.counting import pabulib
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.queries.results import visible_tally
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.kinds import Question, shuffled
from participatie.votes.rules.publication import published
from participatie.votes.rules.rounds import Publication
from participatie.votes.rules.stages import Stage
from participatie.votes.services import casting, counting, drafts, heads, opening
from participatie.votes.views.polls import (
    cast_checked,
    has_cast,
    kept_here,
    receipt_of,
    stage_of,
    voter,
)
from participatie.votes.voters import vote_keys, voter_of

bp = Blueprint("budget", __name__, template_folder="templates")

SAID = "bericht"  # where on the page the answer to a press stands


@bp.get("/begrotingen")
@anyone
@cached_page
def index() -> ResponseReturnValue:
    """All budgets, the newest first."""
    budgets = db.session.scalars(queries.public_budgets()).all()
    stages = {budget.id: _stage(budget) for budget in budgets}
    return render_template("budget/index.html", budgets=budgets, stages=stages)


@bp.get("/trajecten/<slug>/begroting")
@anyone
def of_process(slug: str) -> ResponseReturnValue:
    """To the budget of a process."""
    budget = db.session.scalars(queries.of_process(slug)).one_or_none()
    if budget is None:
        raise NotFound
    return redirect(url_for(".show", budget_id=budget.id), 303)


@bp.get("/stemmingen/<int:round_id>/begroting")
@anyone
def of_round(round_id: int) -> ResponseReturnValue:
    """To the budget that a vote divides."""
    budget = db.session.scalars(queries.of_round(round_id)).one_or_none()
    if budget is None:
        raise NotFound
    return redirect(url_for(".show", budget_id=budget.id), 303)


@bp.get("/begrotingen/<int:budget_id>")
@anyone
@cached_page
def show(budget_id: int) -> ResponseReturnValue:
    """The plans: to choose from while the vote is open, else to read."""
    budget = _budget(budget_id)
    stage = _stage(budget)
    if stage is Stage.RESULT:
        return redirect(url_for(".result", budget_id=budget_id), 303)
    plans = {str(p.code or p.id): p for p in db.session.execute(queries.plans(budget_id))}
    if stage is not Stage.OPEN:
        ordered = [plans[code] for code in shuffled(plans, _today())]
        return render_template("budget/plans.html", budget=budget, plans=ordered, stage=stage)
    return _choose(budget, plans)


@bp.get("/begrotingen/<int:budget_id>/lijst")
@anyone
def begin(budget_id: int) -> ResponseReturnValue:
    """Begin a list: for who has no session yet, and so no form."""
    budget = _open_budget(budget_id)
    code = request.args.get("plan", "")
    plan = _asked(budget).options.get(code)
    if plan is None:
        raise NotFound
    return render_template("budget/begin.html", budget=budget, plan=plan)


@bp.post("/begrotingen/<int:budget_id>/lijst")
@anyone
def change(budget_id: int) -> ResponseReturnValue:
    """Put one plan on the list, or take one off."""
    budget = _open_budget(budget_id)
    form = ChangeForm()
    if not form.validate():
        raise Conflict(N_("This plan is not on the ballot. Look at the list of plans again."))
    wanted, code = _list(budget), str(form.plan.data)
    try:
        changed = wanted.with_plan(code) if form.act.data == PUT else wanted.without_plan(code)
    except Invalid as refusal:
        _say(budget, code, say(refusal), refused=True)
    else:
        _keep(budget, changed)
        put = gettext("On your list. You have %(left)s left.", left=euros(changed.left))
        off = gettext("Taken off your list. You have %(left)s left.", left=euros(changed.left))
        _say(budget, code, put if form.act.data == PUT else off)
    return redirect(url_for(".show", budget_id=budget_id, _anchor=SAID), 303)


@bp.post("/begrotingen/<int:budget_id>/lijst/wis")
@anyone
def clear(budget_id: int) -> ResponseReturnValue:
    """Take everything off the list."""
    budget = _open_budget(budget_id)
    drafts.forget(owners.owner(), _round(budget).id)
    db.session.commit()
    _say(budget, "", gettext("Your list is cleared. There is nothing on it any more."))
    return redirect(url_for(".show", budget_id=budget_id, _anchor=SAID), 303)


@bp.get("/begrotingen/<int:budget_id>/overzicht")
@anyone
def check(budget_id: int) -> ResponseReturnValue:
    """The list once more, before it is cast."""
    budget = _open_budget(budget_id)
    round_id = _round(budget).id
    if voter_of(round_id) is None and not current_user.is_authenticated:
        return redirect(url_for("identity.login", next=request.path), 303)
    voter(round_id)
    wanted = _list(budget)
    if not wanted.chosen:
        return render_template("budget/empty.html", budget=budget, has_cast=has_cast(round_id))
    _keep(budget, wanted)
    press = drafts.check(owners.owner(), round_id)
    db.session.commit()
    return render_template("budget/check.html", budget=budget, list=wanted, press=press)


@bp.post("/begrotingen/<int:budget_id>/stem")
@anyone
def cast(budget_id: int) -> ResponseReturnValue:
    """Put the list that was checked in the ballot box.

    The form carries the number of the check only; what stands on the list stays on the server.
    """
    found = db.session.connection().execute(queries.ROUND, {"budget": budget_id}).scalar()
    if found is None:
        raise NotFound
    cast_checked(found, request.form.get("press", ""))
    return redirect(url_for(".received", budget_id=budget_id), 303)


@bp.get("/begrotingen/<int:budget_id>/ontvangen")
@anyone
def received(budget_id: int) -> ResponseReturnValue:
    """Say that the vote is stored, with its control code; nothing of what it was."""
    budget = _budget(budget_id)
    receipt = receipt_of(_round(budget).id)
    if receipt is None:
        return redirect(url_for(".show", budget_id=budget_id), 303)
    code, at = receipt
    return render_template("budget/received.html", budget=budget, receipt=code, at=at)


@bp.get("/begrotingen/<int:budget_id>/uitslag")
@anyone
@cached_page
def result(budget_id: int) -> ResponseReturnValue:
    """Who won and why, with the numbers."""
    budget, tally = _counted(budget_id)
    plans = {p.code: p for p in db.session.execute(queries.plans(budget_id)) if p.code}
    question = _question(budget)
    options = {option.code: option for option in question.options}
    votes, winners = tally.result["votes"], tally.result["winners"]
    turn = {code: place for place, code in enumerate(winners)}
    return render_template(
        "budget/result.html",
        budget=budget,
        tally=tally,
        options=options,
        money=question.budget,
        spent=sum(options[code].cost for code in winners),
        plans=plans,
        ranked=sorted(  # where votes are equal: in the order in which they were counted
            votes,
            key=lambda code: (-votes[code], turn.get(code, len(turn)), options[code].cost, code),
        ),
        has_choices=_publishes_choices(budget, tally),
        has_folder=heads.last_head(budget.round_id or 0) is not None,
    )


@bp.get("/begrotingen/<int:budget_id>/uitslag.json")
@anyone
def result_json(budget_id: int) -> ResponseReturnValue:
    """The result as a program reads it."""
    budget, tally = _counted(budget_id)
    facts = opening.frozen_facts(db.session.scalars(with_questions(_round(budget).id)).one())
    body = {
        **facts,
        "rules_hash": _round(budget).rules_hash,
        "ballots": tally.ballots,
        "version": tally.version,
        "counted_at": tally.counted_at.isoformat(),
        "result": tally.result,
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    return _download(text.encode(), "application/json", f"begroting-{budget_id}.json")


@bp.get("/begrotingen/<int:budget_id>/stemmen.pb")
@anyone
def ballots(budget_id: int) -> ResponseReturnValue:
    """All choices without names, for who wants to count; only where the round publishes them."""
    budget, tally = _counted(budget_id)
    vote_round, question = _round(budget), _question(budget)
    if not _publishes_choices(budget, tally):
        raise NotFound
    answers = counting.choices(vote_round.id).get(question.id, {})
    counted = counting.election_of(question, answers=answers)
    lot = ",".join(vote_round.counting.get("lot", []))
    file = io.BytesIO()
    pabulib.write(replace(counted, meta={**counted.meta, "lot": lot}), file)
    return _download(file.getvalue(), "text/plain", f"begroting-{budget_id}.pb")


@bp.get("/plannen/<int:contribution_id>")
@anyone
def project(contribution_id: int) -> ResponseReturnValue:
    """One plan."""
    plan = db.session.scalars(queries.project(contribution_id)).one_or_none()
    if plan is None:
        raise NotFound
    budget = _budget(plan.budget_id)
    code, stage = plan.option.code if plan.option else "", _stage(budget)
    return render_template(
        "budget/project.html",
        budget=budget,
        project=plan,
        code=code,
        stage=stage,
        on_list=stage is Stage.OPEN and _has_session() and code in _list(budget).chosen,
        talk=discussion_of(load(contribution_id)),
    )


def _choose(budget: Budget, plans: dict[str, Any]) -> str:
    """The plans with their buttons. Who has no session gets the order of the day and links."""
    round_id, has_session = _round(budget).id, _has_session()
    wanted = _list(budget) if has_session else ShoppingList(_asked(budget))
    on_ballot = [code for code in wanted.question.options if code in plans]
    seed = owners.order_of(round_id) if has_session else _today()
    return render_template(
        "budget/choose.html",
        budget=budget,
        plans=[plans[code] for code in shuffled(on_ballot, seed)],
        list=wanted,
        said=session.pop(_said(budget), None) if has_session else None,
        has_cast=has_session and has_cast(round_id),
        has_session=has_session,
    )


def _has_session() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _list(budget: Budget) -> ShoppingList:
    """What stands on the list of who makes this request."""
    question = _asked(budget)
    return ShoppingList.of(question, kept_here(_round(budget).id).given.get(question.code, ()))


def _keep(budget: Budget, wanted: ShoppingList) -> None:
    given = {wanted.question.code: wanted.chosen}
    drafts.keep(owners.owner(), _round(budget).id, given, keys=vote_keys(), now=now())
    db.session.commit()


def _said(budget: Budget) -> str:
    return f"said/{_round(budget).id}"


def _say(budget: Budget, plan: str, sentence: str, *, refused: bool = False) -> None:
    """Keep one sentence for the next page, to stand beside `plan`."""
    session[_said(budget)] = {"plan": plan, "sentence": sentence, "refused": refused}


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(queries.budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget


def _open_budget(budget_id: int) -> Budget:
    budget = _budget(budget_id)
    stage = _stage(budget)
    if stage is Stage.NO_VOTE_YET:
        raise Conflict(N_("This vote has not begun yet."))
    if stage is not Stage.OPEN:
        raise Conflict(N_("This vote is closed. Your list was not counted."))
    return budget


def _round(budget: Budget) -> VoteRound:
    if budget.round is None:
        raise NotFound
    return budget.round


def _asked(budget: Budget) -> Question:
    """The question of a budget as it stands on the ballot."""
    return casting.paper(_round(budget).id).questions[0]


def _question(budget: Budget) -> VoteQuestion:
    """The question of a budget as it was counted."""
    return db.session.scalars(with_questions(_round(budget).id)).one().questions[0]


def _publishes_choices(budget: Budget, tally: Tally) -> bool:
    kinds = [_question(budget).kind]
    shown = published(_round(budget).publication, kinds, tally.ballots)
    return shown is not Publication.COUNTS


def _counted(budget_id: int) -> tuple[Budget, Tally]:
    """A budget with its count. Raises `NotFound` before everyone may see it."""
    budget = _budget(budget_id)
    tally = db.session.scalars(visible_tally(budget.round_id or 0)).one_or_none()
    if tally is None:
        raise NotFound(N_("There is no result yet."))
    return budget, tally


def _stage(budget: Budget) -> Stage:
    return stage_of(budget.round, now()) if budget.round else Stage.NO_VOTE_YET


def _today() -> str:
    moment: datetime = now()
    return moment.astimezone(AMSTERDAM).date().isoformat()


def _download(body: bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
