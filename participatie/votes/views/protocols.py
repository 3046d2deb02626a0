"""The protocol of a finished vote: a page, and the same as a PDF to sign and to keep."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.wrappers import Response

from participatie.core.access import anyone
from participatie.core.page_cache import cached_page
from participatie.theming.sheets import TEMPLATE
from participatie.theming.themes import themes
from participatie.theming.typesetting import public_pdf
from participatie.votes.services.protocols import Protocol, protocol
from participatie.votes.views.protocol_words import sheet_of

bp = Blueprint("vote_protocols", __name__, template_folder="../templates")


@bp.get("/stemmingen/<int:round_id>/protocol")
@anyone
@cached_page
def show(round_id: int) -> ResponseReturnValue:
    """How a vote went, for everybody."""
    found = protocol(round_id)
    return render_template("votes/protocol.html", vote=found.vote, sheet=sheet_of(found))


@bp.get("/stemmingen/<int:round_id>/protocol.pdf")
@anyone
def download(round_id: int) -> ResponseReturnValue:
    """The same, to print and to sign."""
    response = Response(protocol_pdf(protocol(round_id)), mimetype="application/pdf")
    name = f'attachment; filename="stemming-{round_id}-protocol.pdf"'
    response.headers["Content-Disposition"] = name
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def protocol_pdf(found: Protocol) -> bytes:
    """The same bytes as long as the same is published. Raises `Unavailable`."""
    sheet = sheet_of(found)
    facts = sheet.facts(language=str(get_locale()), municipality=themes().site().municipality)
    return public_pdf(TEMPLATE, facts, made_at=found.shown[0].published_at)
