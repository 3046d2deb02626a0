"""The kiosk (stemtablet): where people vote one after another, by code or log-in.

The desk begins it on a tablet. Who votes there sees only this vote; after each voter, and after a
quiet minute and a half, nothing of them is left.
"""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import anyone, only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, DomainError, Invalid
from participatie.identity.rules import Role
from participatie.identity.sessions import LETTER, STAFF_SESSION, USER
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.letter_codes import FIELD
from participatie.votes.rules.rounds import RollKind, RoundState
from participatie.votes.rules.stages import KIOSK_GONE_AFTER, KIOSK_WARNS_AFTER, is_left_alone
from participatie.votes.views.code_form import CodeForm
from participatie.votes.views.codes import found_code
from participatie.votes.views.polls import load

bp = Blueprint("vote_kiosk", __name__, template_folder="../templates")

KIOSK, SEEN = "kiosk", "kiosk_seen"
ALWAYS = frozenset({"static", "theming", "media", "vote_kiosk"})
TO_LOG_IN = frozenset({"identity.begin", "identity.finish"})
"""The way to a provider of log-ins and back, for who begins."""
TO_LEAVE = frozenset({"identity.logout", "vote_codes.done"})
OF_A_VOTE = frozenset({"votes", "budget", "budget_list", "vote_audience"})
"""The parts of the site that a voter at a kiosk needs, once it is known who they are."""
OUTSIDE = frozenset({"votes.index", "budget.index"})
SILENT = frozenset({"pages.home", "identity.login"})
"""Where nobody goes by themselves: what leads there needs no word."""


@bp.route("/balie/<int:round_id>/stemtablet", methods=["GET", "POST"])
@only(Role.CLERK, Role.ADMINISTRATOR, Role.DESK)
def begin(round_id: int) -> ResponseReturnValue:
    """Turn this browser into a kiosk; who did it is logged out."""
    vote = load(round_id)
    if vote.state is not RoundState.OPEN:
        raise Conflict(N_("This vote is not open, so nobody can vote at a tablet."))
    if request.method == "POST":
        _clear(round_id)
        return redirect(url_for("vote_kiosk.start"), 303)
    return render_template("votes/kiosk_begin.html", vote_round=vote)


@bp.route("/stemtablet", methods=["GET", "POST"])
@anyone
def start() -> ResponseReturnValue:
    """Where every voter begins: the code of a letter, or a log-in."""
    vote = db.session.get(VoteRound, session.get(KIOSK, 0))
    if vote is None:
        return redirect(url_for("vote_codes.fill_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _begin(vote.id, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "votes/kiosk.html",
        vote_round=vote,
        form=form,
        providers=_ways_to_log_in(vote),
        target=url_for("votes.show", round_id=vote.id),
    )
    return page, 422 if form.errors else 200


@bp.post("/stemtablet/klaar")
@anyone
def done() -> ResponseReturnValue:
    """The voter is done, or went away: nothing of them stays, and the next one can begin."""
    if KIOSK in session:
        _clear(session[KIOSK])
    return redirect(url_for("vote_kiosk.start"), 303)


@bp.post("/stemtablet/stop")
@anyone
def stop() -> ResponseReturnValue:
    """The tablet is an ordinary browser again, in which nobody is logged in."""
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    flash(gettext("This tablet is no longer for voting."), "success")
    return redirect(url_for("vote_codes.fill_in"), 303)


@bp.before_app_request
def stay_inside() -> ResponseReturnValue | None:
    """In a kiosk: nothing but this vote, and nobody's screen for the next one."""
    round_id = session.get(KIOSK)
    if round_id is None:
        return None
    moment = now().timestamp()
    if _is_somebody() and is_left_alone(session.get(SEEN, 0.0), moment):
        _clear(round_id)
        return redirect(url_for("vote_kiosk.start"), 303)
    session[SEEN] = moment
    if request.endpoint in TO_LEAVE:
        return done()
    if _is_inside(round_id):
        return None
    if session.get(STAFF_SESSION):
        _clear(round_id)
        flash(gettext("Only voters log in on this tablet. You are logged out again."), "info")
    elif request.endpoint not in SILENT:
        flash(gettext("On this tablet you can only vote."), "info")
    return redirect(_here(round_id), 303)


@bp.app_context_processor
def kiosk_facts() -> dict[str, Any]:
    """What the frame of a page knows: whether this is a kiosk, and when it clears itself."""
    facts = {"warns_after": KIOSK_WARNS_AFTER, "gone_after": KIOSK_GONE_AFTER}
    return {"kiosk": facts if KIOSK in session else None}


def _begin(round_id: int, typed: str) -> ResponseReturnValue:
    found = found_code(typed)
    if found.round_id != round_id:
        raise Invalid(N_("This code is for another vote. Ask the staff for help."), field=FIELD)
    _clear(round_id)
    session[LETTER] = [found.round_id, found.id]
    return redirect(_here(round_id), 303)


def _clear(round_id: int) -> None:
    """Nothing of who was here stays; the browser remains a kiosk of this vote."""
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    session[KIOSK] = round_id
    session[SEEN] = now().timestamp()


def _here(round_id: int) -> str:
    if _is_somebody():
        return url_for("votes.show", round_id=round_id)
    return url_for("vote_kiosk.start")


def _is_somebody() -> bool:
    """Whether a voter is at this kiosk now."""
    return LETTER in session or USER in session


def _ways_to_log_in(vote: VoteRound) -> list[str]:
    """By what a voter can log in here; a vote by nameless codes takes no other way."""
    providers = current_app.extensions["login_providers"]
    return [] if vote.roll_kind is RollKind.CODES else [*providers]


def _is_inside(round_id: int) -> bool:
    endpoint = request.endpoint or ""
    part = endpoint.partition(".")[0]
    if session.get(STAFF_SESSION):
        return False
    if part in ALWAYS:
        return True
    if not _is_somebody():
        return endpoint in TO_LOG_IN or part in current_app.extensions["login_providers"]
    asked = (request.view_args or {}).get("round_id", round_id)
    return part in OF_A_VOTE and endpoint not in OUTSIDE and asked == round_id
