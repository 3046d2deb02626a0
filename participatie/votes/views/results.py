"""What came out of a poll."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from participatie.core.access import anyone, only
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.theming.sheets import Sheet
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.cells import told
from participatie.votes.rules.outcomes import Outcome
from participatie.votes.services import heads, versions
from participatie.votes.services.entitling import who_may
from participatie.votes.services.opening import frozen_facts
from participatie.votes.services.papers import paper_of
from participatie.votes.services.results import counted, shows
from participatie.votes.services.versions import Version
from participatie.votes.views.polls import is_budget, load
from participatie.votes.views.protocol_words import awarded

bp = Blueprint("vote_results", __name__, template_folder="../templates")


@bp.get("/stemmingen/<int:round_id>/uitslag")
@bp.get("/stemmingen/<int:round_id>/uitslag/<int:number>")
@anyone
@cached_page
def result(round_id: int, number: int | None = None) -> ResponseReturnValue:
    """How many voted, and what they said; each version stays readable under its number."""
    vote, version = _poll(round_id), versions.version(round_id, number)
    return _rehearsed(vote, version) if is_budget(vote) else _page(vote, version)


@bp.get("/stemmingen/<int:round_id>/uitslag/voorbeeld")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)
def preview(round_id: int) -> ResponseReturnValue:
    """The result as everybody will see it, for who closes the vote."""
    vote = load(round_id)
    if is_budget(vote) and vote.rehearsal_of is None:
        return redirect(url_for("budget_results.preview", round_id=round_id), 303)
    version = versions.to_publish(vote, actor=actor())
    return _rehearsed(vote, version) if is_budget(vote) else _page(vote, version)


@bp.get("/stemmingen/<int:round_id>/uitslag.json")
@anyone
def result_json(round_id: int) -> ResponseReturnValue:
    """The result as a program reads it."""
    vote, tallies = _published(round_id)
    pairs = zip(vote.questions, tallies, strict=True)
    body = {
        **frozen_facts(vote),
        "rules_hash": vote.rules_hash,
        "ballots": tallies[0].ballots,
        "version": tallies[0].version,
        "counted_at": tallies[0].counted_at.isoformat(),
        "results": {question.code: tally.result for question, tally in pairs},
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    response = Response(text, mimetype="application/json")
    name = f"stemming-{round_id}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    is_public = vote.rehearsal_of is None
    response.headers["Cache-Control"] = "public, max-age=300" if is_public else "private, no-store"
    return response


def _page(vote: VoteRound, version: Version) -> str:
    paper = paper_of(vote)
    outcomes = [
        (question, Outcome.from_json(tally.result))
        for question, tally in zip(paper.questions, version.tallies, strict=True)
    ]
    return render_template(
        "votes/result.html",
        vote=vote,
        version=version,
        options=paper.options,
        ballots=version.tallies[0].ballots,
        outcomes=outcomes,
        channels=told({row.channel: row.voters for row in _voters(vote.id)}),
        counted_at=version.tallies[0].counted_at,
        whom=who_may(vote.id),
        shown=shows(vote, counted(vote.id)),
        has_folder=heads.last_head(vote.id) is not None,
        version_url=lambda number: url_for(".result", round_id=vote.id, number=number),
    )


def _rehearsed(vote: VoteRound, version: Version) -> str:
    """What the rehearsal of a budget gave: no plan is awarded by it."""
    pairs = zip(paper_of(vote).questions, version.tallies, strict=True)
    parts = tuple(awarded(question, tally) for question, tally in pairs)
    sheet = Sheet(
        title=gettext("Result of the rehearsal"),
        over=vote.title,
        lead=gettext("So the count would come out. No plan gets money by this."),
        parts=parts,
    )
    return render_template("votes/rehearsal_result.html", vote=vote, sheet=sheet)


def _poll(round_id: int) -> VoteRound:
    """A vote that divides no money, or a rehearsal. Raises `NotFound`."""
    vote = load(round_id)
    if is_budget(vote) and vote.rehearsal_of is None:
        raise NotFound(versions.NO_RESULT)
    return vote


def _published(round_id: int) -> tuple[VoteRound, Sequence[Tally]]:
    """A poll with its count. Raises `NotFound` before everyone may see it."""
    return _poll(round_id), versions.version(round_id).tallies


def _voters(round_id: int) -> Sequence[Any]:
    return db.session.execute(round_queries.voters_by_channel(round_id)).all()
