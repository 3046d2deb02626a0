"""Voting with a code from a letter: fill it in, or come in by the QR code, and leave again."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Invalid
from participatie.core.limits import count_try, network, refuse_beyond
from participatie.identity.sessions import LETTER, USER
from participatie.votes.models.letter_codes import LetterCode
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.letter_codes import TRIES
from participatie.votes.services import letter_codes
from participatie.votes.views.code_form import CodeForm
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_codes", __name__, template_folder="../templates")

READ = "letter_read"  # the code that came in by a QR code, not used before somebody says so


@bp.route("/code", methods=["GET", "POST"])
@anyone
def fill_in() -> ResponseReturnValue:
    """Ask for the code of a letter."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _begin(found_code(form.code.data or ""))
        except Invalid as error:
            form.refuse(error)
    page = render_template("votes/code.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/code/<code>")
@anyone
def arrive(code: str) -> ResponseReturnValue:
    """Come in by the QR code of a letter; the code leaves the address at once."""
    try:
        session[READ] = found_code(code).id
    except Invalid as error:
        flash(say(error), "error")
        return redirect(url_for(".fill_in"), 303)
    return redirect(url_for(".ask"), 303)


@bp.route("/code-gelezen", methods=["GET", "POST"])
@anyone
def ask() -> ResponseReturnValue:
    """Ask whether to vote with the code that was read: a picture of a code may be anybody's."""
    found = db.session.get(LetterCode, session.get(READ, 0))
    if found is None:
        return redirect(url_for(".fill_in"), 303)
    if request.method == "POST":
        return _begin(found)
    vote_round = db.session.get_one(VoteRound, found.round_id)
    return render_template("votes/code_read.html", vote_round=vote_round)


@bp.post("/code/klaar")
@anyone
def done() -> ResponseReturnValue:
    """Leave: nothing of this vote stays behind in this browser."""
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    flash(gettext("Done. Your code is no longer on this screen."), "success")
    return redirect(url_for(".fill_in"), 303)


def found_code(typed: str) -> LetterCode:
    """The code that was typed. Only codes that might have been and are not count as tries."""
    most, window = TRIES
    bucket = f"letter:{network()}"
    refuse_beyond(bucket, most=most, window=window, now=now())
    try:
        return letter_codes.enter(typed, keys=vote_keys())
    except letter_codes.Unknown:
        db.session.rollback()  # gives its connection back: the count takes one of its own
        count_try(bucket, most=most, window=window, now=now())
        raise


def _begin(found: LetterCode) -> ResponseReturnValue:
    """Go on as who holds this letter, in a session with a new number and nobody logged in.

    What a visitor had begun stays; what who was logged in or held another letter left does not.
    """
    holder = [found.round_id, found.id]
    if USER in session or session.get(LETTER, holder) != holder:
        session.clear()
    for left in (READ, "csrf_token"):
        session.pop(left, None)
    session.renew()  # type: ignore[attr-defined]
    session[LETTER] = holder
    return redirect(f"{request.script_root}/stemmingen/{found.round_id}", 303)
