"""The folder from which everybody can check a vote."""

from flask import Blueprint, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.patience import take_time
from participatie.votes.services.folder import folder
from participatie.votes.services.protocols import protocol
from participatie.votes.views.protocol_words import sheet_of

bp = Blueprint("vote_folders", __name__)


@bp.get("/stemmingen/<int:round_id>/uitslag.zip")
@anyone
def download(round_id: int) -> ResponseReturnValue:
    """The zip of a published vote, made while it is sent."""
    take_time(db.session())
    more = {"protocol.txt": sheet_of(protocol(round_id)).text}
    pieces = stream_with_context(folder(round_id, more))
    response = Response(pieces, mimetype="application/zip")
    name = f"stemming-{round_id}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
