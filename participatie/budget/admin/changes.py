"""After the result: a plan falls out, the reserve moves up, or the council decides otherwise."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.changes import ChangeForm, DecisionForm
from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.queries import changes as change_queries
from participatie.budget.services import changing, comparing
from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.rules.acts import can_ask, can_confirm
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import closers

bp = Blueprint("budget_changes", __name__, template_folder="../templates")

two_people = only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)


@bp.get("/griffie/begrotingen/<int:budget_id>/na-de-uitslag")
@two_people
def index(budget_id: int) -> ResponseReturnValue:
    """How the plans stand, who is in reserve, and what waits for a second person."""
    budget = _budget(budget_id)
    named = closers.named(budget.round) if budget.round else frozenset()
    asked = db.session.scalars(change_queries.changes(budget_id)).all()
    people = {one.asked_by for one in asked} | {
        one.confirmed_by for one in asked if one.confirmed_by
    }
    return render_template(
        "budget/changes.html",
        budget=budget,
        plans=[p for p in db.session.execute(queries.plans(budget_id)) if p.code],
        pots=[
            (name, pot, pot.in_reserve(budget.reserve), pot.next_up(budget.reserve))
            for name, pot in changing.standings(budget)
        ],
        asked=asked,
        names={
            one.id: one.public_name or one.email or str(one.id)
            for one in db.session.scalars(change_queries.people(people))
        },
        may_decide=actor().is_clerk,
        may_ask=can_ask(actor(), closers=named),
        may_confirm={
            one.id for one in asked if can_confirm(actor(), asked_by=one.asked_by, closers=named)
        },
        me=actor().id,
    )


@bp.route("/griffie/plannen/<int:project_id>/na-de-uitslag", methods=["GET", "POST"])
@only(Role.CLERK, Role.ADMINISTRATOR)
@once
def ask(project_id: int) -> ResponseReturnValue:
    """Ask that a plan ends otherwise than it stands."""
    project = db.session.scalars(queries.project(project_id)).one_or_none()
    if project is None:
        raise NotFound
    budget, form = _budget(project.budget_id), ChangeForm()
    kinds = changing.can_be_asked(budget, project)
    form.offer(kinds)
    moment = now()
    if form.validate_on_submit() and kept(
        form,
        lambda: changing.ask(
            budget,
            project,
            form.said(),
            today=moment.astimezone(AMSTERDAM).date(),
            actor=actor(),
            now=moment,
        ),
    ):
        flash(gettext("Asked. It happens as soon as a second person confirms it."), "success")
        return redirect(url_for(".index", budget_id=budget.id), 303)
    page = render_template(
        "budget/change.html", budget=budget, project=project, form=form, kinds=kinds
    )
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/raadsbesluit", methods=["GET", "POST"])
@only(Role.CLERK, Role.ADMINISTRATOR)
def decide(budget_id: int) -> ResponseReturnValue:
    """Tell when the council decided about the result as a whole."""
    budget, moment = _budget(budget_id), now()
    form = DecisionForm(data={"decided_on": budget.decided_on, "decision": budget.decision})
    if form.validate_on_submit() and kept(
        form,
        lambda: comparing.tell_decision(
            budget,
            form.decided_on.data,
            form.decision.data or "",
            today=moment.astimezone(AMSTERDAM).date(),
            actor=actor(),
            now=moment,
        ),
    ):
        flash(gettext("This is saved. In a few minutes everybody can compare."), "success")
        return redirect(url_for(".index", budget_id=budget_id), 303)
    return render_template("budget/decision.html", budget=budget, form=form), status(form)


@bp.post("/griffie/wijzigingen/<int:change_id>/bevestigen")
@two_people
def confirm(change_id: int) -> ResponseReturnValue:
    """Confirm what somebody else asked."""
    done = changing.confirm(change_id, actor=actor(), now=now())
    budget_id = done.project.budget_id
    db.session.commit()
    flash(gettext("You have confirmed this. It stands with the result now."), "success")
    return redirect(url_for(".index", budget_id=budget_id), 303)


@bp.post("/griffie/wijzigingen/<int:change_id>/laten-vallen")
@two_people
def drop(change_id: int) -> ResponseReturnValue:
    """Say no to what was asked, or take it back."""
    budget_id = changing.drop(change_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("This does not happen. The result stays as it is."), "success")
    return redirect(url_for(".index", budget_id=budget_id), 303)


def _budget(budget_id: int) -> Budget:
    """A budget of which the result is published. Raises `NotFound` and `Conflict`."""
    found = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if found is None:
        raise NotFound
    if found.round is None or found.round.state is not RoundState.PUBLISHED:
        raise Conflict(N_("There is no result yet."))
    return found
