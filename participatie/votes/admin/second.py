"""The pages of the second person: what waits for a word, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed, NotFound
from participatie.identity.current import actor
from participatie.identity.models import Account
from participatie.identity.rules import Role
from participatie.votes.admin.running import round_of
from participatie.votes.admin.running_forms import AnswerForm
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.acts import Act, can_confirm
from participatie.votes.services import acts, closers

bp = Blueprint("vote_second", __name__, template_folder="../templates")

two_people = only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)

SHOWS_RESULT = frozenset({Act.PUBLISH, Act.RECOUNT})


@bp.get("/tweede-persoon")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND, of_teams=True)
def index() -> ResponseReturnValue:
    """What waits for this person."""
    waiting = db.session.execute(act_queries.pending_acts(actor().id or 0)).all()
    mine = [(one, vote) for one, vote in waiting if one.asked_by != actor().id]
    return render_template("votes/second_index.html", waiting=mine, now=now())


@bp.get("/tweede-persoon/<int:act_id>")
@two_people
def show(act_id: int) -> ResponseReturnValue:
    """One thing to confirm, with what it means."""
    asked, vote_round = _load(act_id)
    return _page(asked, vote_round, AnswerForm())


@bp.post("/tweede-persoon/<int:act_id>")
@two_people
def answer(act_id: int) -> ResponseReturnValue:
    """Confirm what was asked, or say what is not right."""
    asked, vote_round = _load(act_id)
    if request.form.get("answer") == "confirm":
        seen = request.form.get("seen", "")
        acts.confirm(act_id, subject_hash=seen, actor=actor(), now=now())
        db.session.commit()
        flash(gettext("You have confirmed this."), "success")
        return redirect(url_for(".index"), 303)
    form = AnswerForm()
    if not form.validate():
        return _page(asked, vote_round, form), 422
    try:
        acts.refuse(act_id, reason=form.reason.data or "", actor=actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return _page(asked, vote_round, form), 422
    db.session.commit()
    flash(gettext("You have said no. Who asked this can read why."), "success")
    return redirect(url_for(".index"), 303)


def _load(act_id: int) -> tuple[VoteAct, VoteRound]:
    """What was asked, for who may say something about it. Raises `NotFound`, `NotAllowed`."""
    asked = db.session.get(VoteAct, act_id)
    if asked is None:
        raise NotFound
    vote_round, me = round_of(asked.round_id), actor()
    named = closers.named(vote_round)
    if me.id != asked.asked_by and not can_confirm(me, asked_by=asked.asked_by, closers=named):
        raise NotAllowed(gettext("This vote has other people who confirm."))
    return asked, vote_round


def _page(asked: VoteAct, vote_round: VoteRound, form: AnswerForm) -> str:
    options = {o.code: o for question in vote_round.questions for o in question.options}
    tallies: Sequence[Tally] = acts.counts(vote_round.id) if asked.act in SHOWS_RESULT else ()
    return render_template(
        "votes/second.html",
        asked=asked,
        vote_round=vote_round,
        form=form,
        name=_name(asked.asked_by),
        is_mine=asked.asked_by == actor().id,
        options=options,
        moments=_moments(asked.facts),
        results=tallies,
    )


def _moments(facts: Mapping[str, Any]) -> dict[str, datetime]:
    """The moments among the facts."""
    names = ("closed_at", "from", "until", "at")
    return {n: datetime.fromtimestamp(facts[n], UTC) for n in names if facts.get(n) is not None}


def _name(account_id: int) -> str:
    person = db.session.get_one(Account, account_id)
    return person.public_name or person.email or str(account_id)
