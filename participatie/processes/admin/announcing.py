"""The griffie announces a process: a short address, a poster, a text and a button."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.core.clock import now
from participatie.core.errors import NotFound
from participatie.processes.admin.making import clerks, load
from participatie.processes.rules import phase_at

bp = Blueprint(
    "process_announcing", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)


@bp.get("/<int:process_id>/bekendmaken")
@clerks
def show(process_id: int) -> ResponseReturnValue:
    """What the municipality can take along to paper and to its own site."""
    process = load(process_id)
    if process.published_at is None:
        raise NotFound
    phase = phase_at(process.phases, now())
    return render_template("processes/announce.html", process=process, phase=phase)
