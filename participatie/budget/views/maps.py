"""The plans of a budget on a map, with the same plans in a list."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from participatie.budget.queries import budgets as queries
from participatie.budget.views.found import before_vote, letter_here, load, stage_of_budget
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.page_cache import cached_page
from participatie.maps.rules import Point
from participatie.maps.tiles import with_map
from participatie.maps.views import OnMap, dot, on_map

bp = Blueprint("budget_map", __name__, template_folder="../templates")


@bp.get("/begrotingen/<int:budget_id>/kaart")
@anyone
@cached_page
def show(budget_id: int) -> ResponseReturnValue:
    """The plans that have a dot, and how many have none."""
    budget = load(budget_id)
    rows = db.session.execute(queries.plans(budget_id)).all()
    plans = [plan for plan in rows if plan.latitude is not None]
    page = render_template(
        "budget/map.html",
        budget=budget,
        stage=stage_of_budget(budget),
        before=before_vote(budget),
        plans=plans,
        has_letter=letter_here(budget),
        without=len(rows) - len(plans),
        on_map=plans_on_map(plans),
    )
    return with_map(make_response(page))


def plans_on_map(plans: Iterable[Any]) -> OnMap:
    """Those of these plans that have a dot."""
    points = [
        (Point(plan.latitude, plan.longitude), plan) for plan in plans if plan.latitude is not None
    ]
    return on_map(
        (point for point, _ in points),
        (
            dot(point, plan.title, url_for("budget.project", contribution_id=plan.id))
            for point, plan in points
        ),
    )
