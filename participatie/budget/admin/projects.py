"""The griffie's pages of the plans of a budget."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import Select

from participatie.areas.queries import all_areas
from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.projects import (
    ConflictsForm,
    ProjectForm,
    TakeOverForm,
    WithdrawForm,
)
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import budgets as queries
from participatie.budget.services import projects
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import tried
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.maps.tiles import tiles, with_map
from participatie.maps.views import OnMap, looked_up
from participatie.processes.queries import categories_of

bp = Blueprint("budget_projects", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.route("/griffie/begrotingen/<int:budget_id>/plannen/overnemen", methods=["GET", "POST"])
@staff
@once
def take_over(budget_id: int) -> ResponseReturnValue:
    """Make plans of proposals, one or many at once."""
    budget, form = _budget(budget_id), TakeOverForm()
    found = db.session.scalars(queries.proposals_to_take_over(budget)).all()
    form.offer(found)
    if form.validate_on_submit():
        chosen = [one for one in found if str(one.id) in (form.proposals.data or [])]
        made = tried(form, lambda: projects.take_over(budget, chosen, actor=actor(), now=now()))
        if made is not None:
            db.session.commit()
            said = ngettext("%(num)s plan is made.", "%(num)s plans are made.", len(made))
            flash(f"{said} {gettext('The supporters hear it.')}", "success")
            return _back(budget_id)
    page = render_template("budget/take_over.html", budget=budget, form=form, proposals=found)
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/plannen/nieuw", methods=["GET", "POST"])
@staff
@once
def add(budget_id: int) -> ResponseReturnValue:
    """A plan that nobody proposed here."""
    budget, form = _budget(budget_id), ProjectForm()
    _offer(form, budget)
    if form.validate_on_submit() and not looked_up(form):
        made = tried(form, lambda: projects.add(budget, form.words(), actor=actor(), now=now()))
        if made is not None:
            db.session.commit()
            flash(gettext("The plan is kept."), "success")
            return _back(budget_id)
    return _edit(budget, form, None)


@bp.route("/griffie/plannen/<int:contribution_id>", methods=["GET", "POST"])
@staff
@once
def change(contribution_id: int) -> ResponseReturnValue:
    """Say a plan otherwise."""
    project = _project(contribution_id, find=queries.whole_project)
    budget = _budget(project.budget_id)
    projects.refuse_unless_changeable(budget, actor=actor())
    form = ProjectForm(data=ProjectForm.filled_in(project))
    _offer(form, budget)
    if (
        form.validate_on_submit()
        and not looked_up(form)
        and kept(
            form, lambda: projects.change(budget, project, form.words(), actor=actor(), now=now())
        )
    ):
        flash(gettext("This is saved."), "success")
        return _back(budget.id)
    return _edit(budget, form, project)


@bp.route("/griffie/plannen/<int:contribution_id>/gaat-niet-samen", methods=["GET", "POST"])
@staff
def conflicts(contribution_id: int) -> ResponseReturnValue:
    """Say with which other plans it cannot go together."""
    project = _project(contribution_id)
    budget = _budget(project.budget_id)
    projects.refuse_unless_changeable(budget, actor=actor())
    others = db.session.scalars(queries.others(project)).all()
    known = db.session.scalars(queries.conflicts_of(project.id)).all()
    form = ConflictsForm(data={"conflicts": [str(number) for number in known]})
    form.offer(others)
    if form.validate_on_submit():
        chosen = {int(number) for number in form.conflicts.data or ()}
        if kept(
            form, lambda: projects.keep_apart(budget, project, chosen, actor=actor(), now=now())
        ):
            flash(gettext("This is saved."), "success")
            return _back(budget.id)
    page = render_template("budget/conflicts.html", budget=budget, form=form, project=project)
    return page, status(form)


@bp.route("/griffie/plannen/<int:contribution_id>/intrekken", methods=["GET", "POST"])
@staff
def withdraw(contribution_id: int) -> ResponseReturnValue:
    """Let a plan win no more, for a public reason."""
    project, form = _project(contribution_id), WithdrawForm()
    budget = _budget(project.budget_id)
    if form.validate_on_submit():
        reason = form.reason.data or ""
        if kept(
            form,
            lambda: projects.withdraw(
                project, budget.round, reason=reason, actor=actor(), now=now()
            ),
        ):
            flash(gettext("The plan is withdrawn."), "success")
            return _back(budget.id)
    page = render_template("budget/withdraw.html", budget=budget, form=form, project=project)
    return page, status(form)


def _offer(form: ProjectForm, budget: Budget) -> None:
    areas = db.session.scalars(all_areas()).all()
    categories = db.session.scalars(categories_of(budget.process_id)).all()
    form.offer(areas, categories, asks_cost=not budget.has_assessment)


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget


def _project(
    contribution_id: int, *, find: Callable[[int], Select[Project]] = queries.project
) -> Project:
    project = db.session.scalars(find(contribution_id)).one_or_none()
    if project is None:
        raise NotFound
    return project


def _back(budget_id: int) -> ResponseReturnValue:
    return redirect(url_for("budget_admin.show", budget_id=budget_id, _anchor="plans"), 303)


def _edit(budget: Budget, form: ProjectForm, project: Project | None) -> ResponseReturnValue:
    page = render_template(
        "budget/edit_project.html",
        budget=budget,
        form=form,
        project=project,
        on_map=OnMap(tiles()),
    )
    return with_map(make_response(page, status(form)))
