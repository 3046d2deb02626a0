"""Whether somebody may take part in one vote: asked before anything is filled in."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from participatie.audience.views import may_i_page
from participatie.core.access import anyone
from participatie.votes.services.entitling import who_may
from participatie.votes.views.polls import load

bp = Blueprint("vote_audience", __name__)


@bp.route("/stemmingen/<int:round_id>/mag-ik-meedoen", methods=["GET", "POST"])
@anyone
def ask(round_id: int) -> ResponseReturnValue:
    """Ask where somebody lives and how old they are, and say whether they may vote.

    Of a vote that asks neither, its page says who may.
    """
    vote, whom = load(round_id), who_may(round_id)
    go_on = url_for("votes.show", round_id=round_id)
    if not whom.can_be_tried:
        return redirect(go_on, 303)
    return may_i_page(
        whom.audience,
        title=vote.title,
        address=url_for(".ask", round_id=round_id),
        go_on=go_on,
        words=vote.who_may_vote,
    )
