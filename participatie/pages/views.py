"""The home page and the pages that say what this site is."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import anyone
from participatie.core.page_cache import cached_page

bp = Blueprint("pages", __name__, template_folder="templates")


@bp.get("/")
@anyone
@cached_page
def home() -> ResponseReturnValue:
    """Show what one can do now."""
    return render_template("pages/home.html")
