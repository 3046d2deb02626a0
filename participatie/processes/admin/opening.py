"""The griffie opens a process, archives it, and shows it to others before it is open."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.processes.admin.making import clerks, inspections, load
from participatie.processes.rules import ProcessState
from participatie.processes.services import opening

bp = Blueprint("process_opening", __name__, url_prefix="/griffie/trajecten")


@bp.post("/<int:process_id>/openen")
@clerks
def publish(process_id: int) -> ResponseReturnValue:
    """Show the process to everyone."""
    process = load(process_id)
    opening.publish(process, inspections=inspections(), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("Everybody can read the process now."), "success")
    return redirect(url_for("pages.process", slug=process.slug), 303)


@bp.post("/<int:process_id>/archief")
@clerks
def archive(process_id: int) -> ResponseReturnValue:
    """Put a process away that is over, or take it out of the archive."""
    process = load(process_id)
    if process.state is ProcessState.ARCHIVED:
        opening.take_out_of_archive(process, actor=actor(), now=now())
        message = gettext("The process is out of the archive.")
    else:
        opening.archive(process, actor=actor(), now=now())
        message = gettext("The process is archived. Everybody can still read it.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)


@bp.post("/<int:process_id>/voorbeeldlink")
@clerks
@once
def share_preview(process_id: int) -> ResponseReturnValue:
    """Make an address that shows the process to who has it."""
    opening.share_preview(load(process_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("There is a link. Send it to who may look along."), "success")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)


@bp.post("/<int:process_id>/voorbeeldlink/<int:link_id>/intrekken")
@clerks
def revoke_preview(process_id: int, link_id: int) -> ResponseReturnValue:
    """Let an address show nothing any more."""
    opening.revoke_preview(load(process_id), link_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The link works no longer."), "success")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)
