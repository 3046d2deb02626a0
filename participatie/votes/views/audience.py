"""Whether somebody may take part in one vote: asked before anything is filled in."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from participatie.audience.views import may_i_page
from participatie.core.access import anyone
from participatie.votes.services.entitling import round_audience
from participatie.votes.views.polls import load

bp = Blueprint("vote_audience", __name__)


@bp.route("/stemmingen/<int:round_id>/mag-ik-meedoen", methods=["GET", "POST"])
@anyone
def ask(round_id: int) -> ResponseReturnValue:
    """Ask where somebody lives and how old they are, and say whether they may vote."""
    vote = load(round_id)
    return may_i_page(
        round_audience(round_id).audience,
        title=vote.title,
        address=url_for(".ask", round_id=round_id),
        go_on=url_for("votes.show", round_id=round_id),
    )
