"""Proposals that did not get enough support within their term: to read."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.core.page_cache import cached_page
from participatie.core.paging import paginate
from participatie.processes.queries import public_process
from participatie.proposals import ends

bp = Blueprint("proposal_archive", __name__, template_folder="../templates")


@bp.get("/trajecten/<slug>/voorstellen/archief")
@anyone
@cached_page
def index(slug: str) -> ResponseReturnValue:
    """List what is in the archive of a process, the last to come first."""
    process = db.session.scalars(public_process(slug)).one_or_none()
    if process is None:
        raise NotFound(N_("There is no process at this address."))
    page = paginate(ends.archived(process.id))
    return render_template("proposals/archive.html", process=process, page=page)
