"""The griffie's work list: what waits, from every slice, what waits longest first."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.identity.rules import Role
from participatie.moderation.queries import reported, unseen
from participatie.proposals.queries import unanswered

bp = Blueprint("pages_admin", __name__, template_folder="templates")

SHOWN = 50
IS_NEW = timedelta(days=14)


@bp.get("/griffie")
@only(Role.CLERK, Role.ADMINISTRATOR)
def worklist() -> ResponseReturnValue:
    """Show what was reported, what is new, and what waits for an answer."""
    moment = now()
    return render_template(
        "pages/worklist.html",
        now=moment,
        most=SHOWN,
        reported=db.session.execute(reported().limit(SHOWN)).all(),
        unseen=db.session.scalars(unseen(moment - IS_NEW).limit(SHOWN)).all(),
        unanswered=db.session.scalars(unanswered().limit(SHOWN)).all(),
    )
