"""The griffie's pages of a budget: its vote, and how many took part. Never how."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.budget.services import opening
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.queries.board import count_fault
from participatie.votes.queries.results import latest_tally
from participatie.votes.queries.rounds import turnout
from participatie.votes.voters import vote_keys

bp = Blueprint("budget_admin", __name__, template_folder="templates")


@bp.get("/griffie/begrotingen")
@only(Role.CLERK, Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """All budgets."""
    budgets = db.session.scalars(queries.public_budgets()).all()
    return render_template("budget/admin_index.html", budgets=budgets)


@bp.get("/griffie/begrotingen/<int:budget_id>")
@only(Role.CLERK, Role.ADMINISTRATOR)
def show(budget_id: int) -> ResponseReturnValue:
    """Where the vote stands: state, times, and the number of voters."""
    budget = _budget(budget_id)
    round_id = budget.round_id or 0
    plans = db.session.execute(queries.plans(budget_id)).all()
    tally = db.session.scalars(latest_tally(round_id)).one_or_none()
    return render_template(
        "budget/admin_show.html",
        budget=budget,
        plans=plans,
        turnout=tally.ballots if tally else db.session.scalars(turnout(round_id)).one(),
        undecided=_undecided(plans, tally.result.get("undecided", []) if tally else []),
        fault=db.session.scalars(count_fault(round_id)).one_or_none(),
        now=now(),
    )


@bp.post("/griffie/begrotingen/<int:budget_id>/open")
@only(Role.CLERK, Role.ADMINISTRATOR)
def open_vote(budget_id: int) -> ResponseReturnValue:
    """Fix the rules and open the vote on time."""
    opening.open_vote(_budget(budget_id), keys=vote_keys(), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The rules of the vote are fixed. Nobody can change them now."), "success")
    return redirect(url_for(".show", budget_id=budget_id), 303)


def _undecided(plans: object, codes: list[str]) -> list[str]:
    """The titles of the plans between which a lot must decide."""
    titles = {plan.code: plan.title for plan in plans}  # type: ignore[attr-defined]
    return [titles.get(code, code) for code in codes]


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(queries.budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget
