"""The photo of a budget itself."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from participatie.budget.queries import budgets as queries
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.media.rules import Encoding
from participatie.media.sending import send_photo

bp = Blueprint("budget_photo", __name__, template_folder="../templates")


@bp.get("/begrotingen/fotos/<string(length=32):key>/<int:width>.<any(webp, jpg):encoding>")
@anyone
def photo(key: str, width: int, encoding: str) -> ResponseReturnValue:
    """The photo of a budget that everybody may see; of another one for who sets that up."""
    found = db.session.execute(queries.photo_of_budget(key)).one_or_none()
    if found is None or width not in found.Image.widths:
        raise NotFound
    is_public = found.published_at is not None
    if not is_public and not actor().is_clerk:
        raise NotFound
    return send_photo(key, width, Encoding(encoding), is_public=is_public)
