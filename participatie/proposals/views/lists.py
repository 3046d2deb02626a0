"""Lists of proposals."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from participatie.contributions.rules import (
    next_chance,
)
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.core.paging import paginate
from participatie.processes.queries import head_and_phases
from participatie.processes.rules import Action, may
from participatie.proposals import queries
from participatie.proposals.forms import FilterForm

bp = Blueprint("proposal_lists", __name__, template_folder="../templates")


@bp.get("/trajecten/<slug>/voorstellen")
@anyone
@cached_page
def index(slug: str) -> ResponseReturnValue:
    """List the proposals of a process."""
    rows = db.session.execute(head_and_phases(slug)).all()
    if not rows:
        raise NotFound
    process, phases = rows[0], [row for row in rows if row.kind]
    chosen = FilterForm(request.args)
    chosen.offer(db.session.execute(queries.areas()).all())
    page = paginate(
        queries.proposals_in(process.id, area_id=chosen.area_id(), order=chosen.chosen_order())
    )
    return render_template(
        "proposals/index.html",
        process=process,
        page=page,
        form=chosen,
        may_propose=may(Action.PROPOSE, phases, now()),
        opens=next_chance(Action.PROPOSE, phases, now()),
    )
