"""Supporting a plan that was submitted for a budget, and taking that back."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.audience.services import AskedFirst
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import budgets as queries
from participatie.budget.services import supporting
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor, residents

bp = Blueprint("budget_supporting", __name__)


@bp.post("/plannen/<int:contribution_id>/steun")
@residents
def support(contribution_id: int) -> ResponseReturnValue:
    """Stand behind a plan; pressing twice counts once."""
    budget, plan = _found(contribution_id)
    try:
        is_new = supporting.support(budget, plan, actor=actor(), now=now())
    except AskedFirst:
        return redirect(url_for("processes.may_i", slug=budget.process.slug), 303)
    db.session.commit()
    supported = gettext("You support this plan. You also follow it from now on.")
    flash(supported if is_new else gettext("You support this plan already."), "success")
    return redirect(url_for("budget.project", contribution_id=contribution_id), 303)


@bp.post("/plannen/<int:contribution_id>/steun/intrekken")
@residents
def withdraw_support(contribution_id: int) -> ResponseReturnValue:
    """Take support back."""
    supporting.withdraw_support(*_found(contribution_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("You no longer support this plan."), "success")
    return redirect(url_for("budget.project", contribution_id=contribution_id), 303)


def _found(contribution_id: int) -> tuple[Budget, Project]:
    plan = db.session.scalars(queries.project(contribution_id)).one_or_none()
    if plan is None:
        raise NotFound
    budget = db.session.scalars(queries.any_budget(plan.budget_id)).unique().one()
    if budget.process.published_at is None:
        raise NotFound
    return budget, plan
