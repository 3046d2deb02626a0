"""The rehearsal of a vote: begin it, close it, throw it away."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.admin.running import round_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.services import opening, rehearsing
from participatie.votes.services.letter_codes import Letter
from participatie.votes.services.rehearsing import MOST_TESTERS
from participatie.votes.views.polls import is_budget
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_rehearsal", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)

LONGEST_TITLE = 80


class RehearsalForm(Form):
    """How many people try the vote."""

    testers = IntegerField(
        lazy_gettext("How many test codes do you need?"),
        [
            InputRequired(lazy_gettext("Fill in how many people try the vote.")),
            NumberRange(1, MOST_TESTERS, lazy_gettext("Fill in a number from 1 to 50.")),
        ],
        default=5,
    )


@bp.route("/griffie/stemmingen/<int:round_id>/proef", methods=["GET", "POST"])
@staff
@once
def show(round_id: int) -> ResponseReturnValue:
    """How far the rehearsal is, and a form to begin one. Its answer is the test codes, once."""
    vote_round, form = round_of(round_id), RehearsalForm()
    return begun(round_id, form, lambda testers: _begin(vote_round, testers))


def begun(
    round_id: int, form: RehearsalForm, begin: Callable[[int], list[Letter]]
) -> ResponseReturnValue:
    """The test codes of a rehearsal that begins now; else its page, with what is wrong."""
    if form.validate_on_submit():
        try:
            codes = begin(form.testers.data or 0)
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            db.session.commit()
            return _once(round_of(round_id), codes)
    vote_round = round_of(round_id)
    page = render_template(
        "votes/rehearsal.html",
        vote_round=vote_round,
        form=form,
        begin_at="budget_admin.rehearse" if is_budget(vote_round) else "vote_rehearsal.show",
        rehearsal=rehearsing.of(vote_round),
        is_rehearsed=vote_round.rehearsed_hash == opening.rehearsed(vote_round),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/griffie/stemmingen/<int:round_id>/proef/sluit")
@staff
def close(round_id: int) -> ResponseReturnValue:
    """End the casting of the rehearsal now."""
    rehearsing.close(round_of(round_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The rehearsal is closed. Go on as you will with the vote itself."), "success")
    return redirect(url_for(".show", round_id=round_id), 303)


@bp.post("/griffie/stemmingen/<int:round_id>/proef/weg")
@staff
def throw_away(round_id: int) -> ResponseReturnValue:
    """Let nothing be left of the rehearsal."""
    rehearsing.throw_away(round_of(round_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The rehearsal is thrown away, with its votes and its keys."), "success")
    return redirect(url_for("vote_running.show", round_id=round_id), 303)


def _begin(vote_round: VoteRound, testers: int) -> list[Letter]:
    title = title_of(vote_round)
    return rehearsing.begin(
        vote_round, testers, title=title, keys=vote_keys(), actor=actor(), now=now()
    )


def title_of(vote_round: VoteRound) -> str:
    """What the rehearsal of a vote is called."""
    title = str(gettext("Rehearsal: %(title)s", title=vote_round.title))
    return title[:LONGEST_TITLE]


def _once(vote_round: VoteRound, codes: list[Letter]) -> Response:
    """The test codes. Nobody can ask for them again."""
    page = render_template("votes/rehearsal_codes.html", vote_round=vote_round, codes=codes)
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response
