"""Who won and why, and what everybody can check."""

import io
import json
from dataclasses import replace

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.budget.views.found import load, vote_of
from participatie.core.access import anyone, only
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.counting import pabulib
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.publication import published
from participatie.votes.rules.rounds import Publication
from participatie.votes.services import counting, heads, opening
from participatie.votes.services.versions import Version, to_publish, version

bp = Blueprint("budget_results", __name__, template_folder="../templates")


@bp.get("/begrotingen/<int:budget_id>/uitslag")
@bp.get("/begrotingen/<int:budget_id>/uitslag/<int:number>")
@anyone
@cached_page
def result(budget_id: int, number: int | None = None) -> ResponseReturnValue:
    """Who won and why, with the numbers; each version stays readable under its number."""
    budget = load(budget_id)
    return _page(budget, version(budget.round_id or 0, number))


@bp.get("/stemmingen/<int:round_id>/begroting/voorbeeld")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)
def preview(round_id: int) -> ResponseReturnValue:
    """The result as everybody will see it, for who closes the vote."""
    budget = db.session.scalars(queries.of_round(round_id)).one_or_none()
    if budget is None:
        raise NotFound
    vote_round = db.session.scalars(with_questions(round_id)).one()
    return _page(load(budget.id), to_publish(vote_round, actor=actor()))


@bp.get("/begrotingen/<int:budget_id>/uitslag.json")
@anyone
def result_json(budget_id: int) -> ResponseReturnValue:
    """The result as a program reads it."""
    budget, tally = _counted(budget_id)
    facts = opening.frozen_facts(db.session.scalars(with_questions(vote_of(budget).id)).one())
    body = {
        **facts,
        "rules_hash": vote_of(budget).rules_hash,
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
    vote_round, question = vote_of(budget), _question(budget)
    if not _publishes_choices(budget, tally):
        raise NotFound
    answers = counting.choices(vote_round.id).get(question.id, {})
    counted = counting.election_of(question, answers=answers)
    lot = ",".join(vote_round.counting.get("lot", []))
    file = io.BytesIO()
    pabulib.write(replace(counted, meta={**counted.meta, "lot": lot}), file)
    return _download(file.getvalue(), "text/plain", f"begroting-{budget_id}.pb")


def _page(budget: Budget, shown: Version) -> str:
    (tally, *_) = shown.tallies
    plans = {p.code: p for p in db.session.execute(queries.plans(budget.id)) if p.code}
    question = _question(budget)
    options = {option.code: option for option in question.options}
    votes, winners = tally.result["votes"], tally.result["winners"]
    turn = {code: place for place, code in enumerate(winners)}
    return render_template(
        "budget/result.html",
        budget=budget,
        tally=tally,
        version=shown,
        version_url=lambda number: url_for(".result", budget_id=budget.id, number=number),
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


def _question(budget: Budget) -> VoteQuestion:
    """The question of a budget as it was counted."""
    return db.session.scalars(with_questions(vote_of(budget).id)).one().questions[0]


def _publishes_choices(budget: Budget, tally: Tally) -> bool:
    kinds = [_question(budget).kind]
    shown = published(vote_of(budget).publication, kinds, tally.ballots)
    return shown is not Publication.COUNTS


def _counted(budget_id: int) -> tuple[Budget, Tally]:
    """A budget with its count. Raises `NotFound` before everyone may see it."""
    budget = load(budget_id)
    return budget, version(budget.round_id or 0).tallies[0]


def _download(body: bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
