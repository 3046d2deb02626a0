"""Checking: is this vote in the box, and was this right to vote used."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid
from participatie.identity.current import actor, residents
from participatie.votes.forms import CodeForm
from participatie.votes.models.complaints import VoteComplaint
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.rules.stages import Stage
from participatie.votes.services import complaints, own_votes, rights
from participatie.votes.services.papers import paper_of
from participatie.votes.views.polls import load, stage_of, voter
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_checks", __name__, template_folder="../templates")


@bp.get("/stemmingen/<int:round_id>/controleer")
@anyone
def own_check(round_id: int) -> ResponseReturnValue:
    """Ask for a control code."""
    return render_template(
        "votes/own_check.html", vote=load(round_id), form=CodeForm(), found=None, paper=None
    )


@bp.post("/stemmingen/<int:round_id>/controleer")
@anyone
def check_code(round_id: int) -> ResponseReturnValue:
    """Say what became of the vote with this code. The code stands in no address and no log."""
    vote, form = load(round_id), CodeForm()
    found = None
    if form.validate():
        try:
            found = own_votes.find(vote, form.code.data or "")
        except Invalid as error:
            form.refuse(error)
    page = render_template(
        "votes/own_check.html", vote=vote, form=form, found=found, paper=paper_of(vote)
    )
    return page, 200 if found else 422


@bp.post("/stemmingen/<int:round_id>/bewijs")
@anyone
def proof(round_id: int) -> ResponseReturnValue:
    """A file that proves that the vote with this code stands on the board, or promises it."""
    vote, form = load(round_id), CodeForm()
    if form.validate():
        try:
            found = own_votes.proof(vote, form.code.data or "", keys=vote_keys())
        except Invalid as error:
            form.refuse(error)
        else:
            ending = "belofte.txt" if found.is_promise else "bewijs.tlog-proof"
            return _file(found.text, f"stem-{round_id}-{ending}")
    page = render_template("votes/own_check.html", vote=vote, form=form, found=None, paper=None)
    return page, 422


@bp.get("/stemmingen/<int:round_id>/stemrecht/nummer")
@residents
def number(round_id: int) -> ResponseReturnValue:
    """The number of one's own right to vote, with how to look it up in the result."""
    vote, who = load(round_id), voter(round_id)
    text = render_template("votes/right_number.txt", vote=vote, number=_number(round_id, who))
    return _file(text, f"stemrecht-{round_id}.txt")


@bp.get("/stemmingen/<int:round_id>/stemrecht")
@residents
def right(round_id: int) -> ResponseReturnValue:
    """Say whether the right to vote of who is logged in was used."""
    vote, who = load(round_id), voter(round_id)
    return render_template(
        "votes/right.html",
        vote=vote,
        times=db.session.scalars(round_queries.times_cast(round_id, who.key)).one_or_none() or 0,
        on_paper=rights.cast_by(round_id, who.key) is Channel.PAPER,
        is_reported=db.session.get(VoteComplaint, (round_id, actor().id)) is not None,
        is_open=stage_of(vote, now()) is Stage.OPEN,
        number=_number(round_id, who),
    )


@bp.post("/stemmingen/<int:round_id>/stemrecht")
@residents
def report_right(round_id: int) -> ResponseReturnValue:
    """Tell the team and who closes the vote: I did not vote."""
    complaints.complain(load(round_id), voter=voter(round_id), actor=actor(), now=now())
    db.session.commit()
    return redirect(url_for(".right", round_id=round_id), 303)


def _number(round_id: int, who: Voter) -> str:
    """What the published list knows a right to vote by; only its owner can be told."""
    return vote_keys().tag(round_id, who.key).hex()


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
