"""«Zo staat het ervoor»: how far the plans that go ahead are."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.budget.queries import execution as works
from participatie.budget.rules.execution import progress
from participatie.budget.services.executing import standing_of
from participatie.budget.views.found import load, stage_of_budget
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.media.rules import Encoding
from participatie.media.sending import send_photo
from participatie.votes.rules.stages import Stage

bp = Blueprint("budget_progress", __name__, template_folder="../templates")


@bp.get("/begrotingen/<int:budget_id>/uitvoering")
@anyone
@cached_page
def show(budget_id: int) -> ResponseReturnValue:
    """All plans that go ahead, and how far they are together. Raises `NotFound` before a result."""
    budget = load(budget_id)
    if stage_of_budget(budget) is not Stage.RESULT:
        raise NotFound
    rows = db.session.execute(works.to_carry_out(budget_id)).all()
    plans = [(row.Project, standing_of(row.Execution), row.steps, row.steps_done) for row in rows]
    return render_template(
        "budget/progress.html",
        budget=budget,
        plans=plans,
        progress=progress((plan.cost, standing) for plan, standing, *_ in plans),
    )


@bp.get("/plannen/fotos/<string(length=32):key>/<int:width>.<any(webp, jpg):encoding>")
@anyone
def photo(key: str, width: int, encoding: str) -> ResponseReturnValue:
    """A photo of the work on a plan that everybody may read."""
    found = db.session.scalars(works.execution_photo(key)).one_or_none()
    if found is None or width not in found.widths:
        raise NotFound
    return send_photo(key, width, Encoding(encoding), is_public=True)
