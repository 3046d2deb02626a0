"""What residents do with a process itself: follow it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.audience.services import audience_of
from participatie.audience.views import may_i_page
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.media.rules import Encoding
from participatie.media.sending import send_document, send_photo
from participatie.processes import queries
from participatie.processes.models import Process
from participatie.processes.rules import phase_at
from participatie.processes.services import following
from participatie.theming.squares import square

bp = Blueprint("processes", __name__, template_folder="templates")


@bp.route("/trajecten/<slug>/mag-ik-meedoen", methods=["GET", "POST"])
@anyone
def may_i(slug: str) -> ResponseReturnValue:
    """Ask where somebody lives and how old they are, and say whether they may take part."""
    process = _public(slug)
    return may_i_page(
        audience_of(process.id),
        title=process.title,
        address=url_for(".may_i", slug=slug),
        go_on=url_for("pages.process", slug=slug),
    )


@bp.get("/t/<slug>")
@anyone
def short(slug: str) -> ResponseReturnValue:
    """Lead a short address to its process."""
    return redirect(url_for("pages.process", slug=_public(slug).slug), 302)


@bp.get("/trajecten/<slug>/poster")
@anyone
@cached_page
def poster(slug: str) -> ResponseReturnValue:
    """A page to hang up, with a QR code."""
    process = _public(slug)
    address = url_for(".short", slug=slug, _external=True)
    return render_template(
        "processes/poster.html",
        process=process,
        phase=phase_at(process.phases, now()),
        address=address,
        square=square(address),
    )


@bp.get("/trajecten/documenten/<string(length=32):key>")
@anyone
def document(key: str) -> ResponseReturnValue:
    """Let everybody keep a document of an open process, and the griffie of one in the making."""
    found = db.session.execute(queries.document_with_process(key)).one_or_none()
    if found is None:
        raise NotFound
    kept, process = found
    is_public = process.published_at is not None
    if not is_public and not actor().is_clerk:
        raise NotFound
    return send_document(kept, is_public=is_public)


@bp.get("/trajecten/fotos/<string(length=32):key>/<int:width>.<any(webp, jpg):encoding>")
@anyone
def photo(key: str, width: int, encoding: str) -> ResponseReturnValue:
    """Send the photo of an open process to everybody, of one in the making to the griffie."""
    found = db.session.execute(queries.photo_with_process(key)).one_or_none()
    if found is None or width not in found[0].widths:
        raise NotFound
    is_public = found[1].published_at is not None
    if not is_public and not actor().is_clerk:
        raise NotFound
    return send_photo(key, width, Encoding(encoding), is_public=is_public)


def _public(slug: str) -> Process:
    process = db.session.scalars(queries.public_process(slug)).one_or_none()
    if process is None:
        raise NotFound
    return process


@bp.post("/trajecten/<slug>/volgen")
@logged_in
def follow(slug: str) -> ResponseReturnValue:
    """Follow a process, or stop with it when the form says so."""
    process = _public(slug)
    if request.form.get("follow") == "no":
        following.unfollow(process, actor=actor())
        message = gettext("You no longer follow this process.")
    else:
        following.follow(process, actor=actor(), now=now())
        message = gettext("You follow this process. We tell you when its dates change.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("pages.process", slug=slug), 303)
