"""What came out of a poll."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.core.page_cache import cached_page
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.cells import told
from participatie.votes.rules.outcomes import Outcome
from participatie.votes.services.opening import frozen_facts
from participatie.votes.services.papers import paper_of
from participatie.votes.views.polls import is_budget, load

bp = Blueprint("vote_results", __name__, template_folder="../templates")


@bp.get("/stemmingen/<int:round_id>/uitslag")
@anyone
@cached_page
def result(round_id: int) -> ResponseReturnValue:
    """How many voted, and what they said to each question."""
    vote, tallies = _published(round_id)
    paper = paper_of(vote)
    outcomes = [
        (question, Outcome.from_json(tally.result))
        for question, tally in zip(paper.questions, tallies, strict=True)
    ]
    return render_template(
        "votes/result.html",
        vote=vote,
        ballots=tallies[0].ballots,
        outcomes=outcomes,
        channels=told({row.channel: row.voters for row in _voters(round_id)}),
        counted_at=tallies[0].counted_at,
    )


@bp.get("/stemmingen/<int:round_id>/uitslag.json")
@anyone
def result_json(round_id: int) -> ResponseReturnValue:
    """The result as a program reads it."""
    vote, tallies = _published(round_id)
    counted = zip(vote.questions, tallies, strict=True)
    body = {
        **frozen_facts(vote),
        "rules_hash": vote.rules_hash,
        "ballots": tallies[0].ballots,
        "version": tallies[0].version,
        "counted_at": tallies[0].counted_at.isoformat(),
        "results": {question.code: tally.result for question, tally in counted},
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    response = Response(text, mimetype="application/json")
    name = f"stemming-{round_id}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _published(round_id: int) -> tuple[VoteRound, Sequence[Tally]]:
    """A poll with its count. Raises `NotFound` before everyone may see it."""
    vote = load(round_id)
    tallies = db.session.scalars(result_queries.visible_tallies(round_id)).all()
    if is_budget(vote) or not tallies:
        raise NotFound(N_("There is no result yet."))
    return vote, tallies


def _voters(round_id: int) -> Sequence[Any]:
    return db.session.execute(round_queries.voters_by_channel(round_id)).all()
