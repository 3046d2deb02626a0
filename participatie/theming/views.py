"""The files of a theme, under an address that changes with their contents."""

from pathlib import PurePosixPath

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from participatie.core.access import anyone
from participatie.core.errors import NotFound
from participatie.theming.environment import FOR_EVER, THEME_FILES
from participatie.theming.theme import TYPES
from participatie.theming.themes import themes

bp = Blueprint("theming", __name__, url_prefix=THEME_FILES)


@bp.get("/<digest>/<path:filename>")
@anyone
def file(digest: str, filename: str) -> ResponseReturnValue:
    """Give one file of a theme: tokens, a picture, letters."""
    theme = themes().with_digest(digest)
    if theme is None or filename not in theme.files:
        raise NotFound
    response = Response(theme.files[filename])
    response.headers["Content-Type"] = TYPES[PurePosixPath(filename).suffix]
    response.headers["Cache-Control"] = FOR_EVER
    return response
