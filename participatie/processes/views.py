"""What residents do with a process itself: follow it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.processes import queries
from participatie.processes.services import following

bp = Blueprint("processes", __name__, template_folder="templates")


@bp.post("/trajecten/<slug>/volgen")
@logged_in
def follow(slug: str) -> ResponseReturnValue:
    """Follow a process, or stop with it when the form says so."""
    process = db.session.scalars(queries.public_process(slug)).one_or_none()
    if process is None:
        raise NotFound
    if request.form.get("follow") == "no":
        following.unfollow(process, actor=actor())
        message = gettext("You no longer follow this process.")
    else:
        following.follow(process, actor=actor(), now=now())
        message = gettext("You follow this process. We tell you when its dates change.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("pages.process", slug=slug), 303)
