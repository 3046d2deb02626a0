"""What residents do with a process itself: follow it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.audience.services import audience_of
from participatie.audience.views import may_i_page
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.processes import queries
from participatie.processes.services import following

bp = Blueprint("processes", __name__, template_folder="templates")


@bp.route("/trajecten/<slug>/mag-ik-meedoen", methods=["GET", "POST"])
@anyone
def may_i(slug: str) -> ResponseReturnValue:
    """Ask where somebody lives and how old they are, and say whether they may take part."""
    process = db.session.scalars(queries.public_process(slug)).one_or_none()
    if process is None:
        raise NotFound
    return may_i_page(
        audience_of(process.id),
        title=process.title,
        address=url_for(".may_i", slug=slug),
        go_on=url_for("pages.process", slug=slug),
    )


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
