"""The author of a plan reads its assessment before others do, and answers."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.forms.assessment import ResponseForm
from participatie.budget.models.assessment import Assessment
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments, budgets
from participatie.budget.rules.assessment import AssessmentState, is_within
from participatie.budget.services import responding
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form, tried
from participatie.identity.current import actor, residents

bp = Blueprint("budget_answer", __name__, template_folder="../templates")


@bp.get("/plannen/<int:contribution_id>/beoordeling")
@residents
def show(contribution_id: int) -> ResponseReturnValue:
    """What the municipality says of the own plan, and what the author can do about it."""
    project, budget = _own(contribution_id)
    found = responding.of_author(project, actor=actor())
    return render_template(
        "budget/assessed.html",
        project=project,
        budget=budget,
        found=found,
        is_looked_at_again=_is_looked_at_again(project),
        form=Form(),
        can_answer=bool(found) and is_within(found[0].respond_by, now()),
        can_ask_again=bool(found) and is_within(found[0].objection_by, now()),
    )


@bp.post("/plannen/<int:contribution_id>/beoordeling/akkoord")
@residents
def agree(contribution_id: int) -> ResponseReturnValue:
    """Agree with the change."""
    project, budget = _own(contribution_id)
    responding.agree(budget, project, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("You agree. Your plan goes to the vote like this."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


@bp.route("/plannen/<int:contribution_id>/beoordeling/reactie", methods=["GET", "POST"])
@residents
def respond(contribution_id: int) -> ResponseReturnValue:
    """Say what is not right about the change."""
    project, budget = _own(contribution_id)
    form = ResponseForm()
    if form.validate_on_submit() and _done(
        form,
        lambda: responding.respond(project, form.text.data or "", actor=actor(), now=now()),
    ):
        flash(gettext("The municipality reads it and looks at your plan again."), "success")
        return redirect(url_for(".show", contribution_id=contribution_id), 303)
    return _ask("budget/assessed_respond.html", form, project, budget)


@bp.route("/plannen/<int:contribution_id>/nog-eens-bekijken", methods=["GET", "POST"])
@residents
def ask_again(contribution_id: int) -> ResponseReturnValue:
    """Ask that somebody else looks at it."""
    project, budget = _own(contribution_id)
    form = ResponseForm()
    if form.validate_on_submit() and _done(
        form,
        lambda: responding.ask_again(project, form.text.data or "", actor=actor(), now=now()),
    ):
        flash(gettext("Somebody else looks at your plan now. You get a mail."), "success")
        return redirect(url_for(".show", contribution_id=contribution_id), 303)
    return _ask("budget/assessed_again.html", form, project, budget)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What everybody reads of the assessment of a plan; `again`: it is looked at once more."""

    said: Assessment | None
    again: bool


def _is_looked_at_again(project: Project) -> bool:
    """Whether there is a verdict, and somebody looks once more."""
    rows = db.session.scalars(assessments.all_of(project.id)).all()
    is_finished = [one.state is AssessmentState.FINISHED for one in rows]
    return any(is_finished) and not is_finished[-1]


def assessed(budget: Budget, project: Project) -> Assessed | None:
    """What the page of a plan says; nothing where plans are not assessed."""
    if not budget.has_assessment:
        return None
    rows = db.session.scalars(assessments.all_of(project.id)).all()
    said = [one for one in rows if one.state is AssessmentState.FINISHED]
    return Assessed(said[-1] if said else None, again=_is_looked_at_again(project))


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether it was done, and committed; else the form says why not."""
    done = tried(form, lambda: (act(), True)) is not None
    db.session.commit()
    return done


def _ask(template: str, form: Form, project: Project, budget: Budget) -> ResponseReturnValue:
    page = render_template(template, form=form, project=project, budget=budget)
    return page, 422 if form.errors else 200


def _own(contribution_id: int) -> tuple[Project, Budget]:
    """A plan of who asks. Raises `NotFound`."""
    project = db.session.scalars(budgets.project(contribution_id)).one_or_none()
    if project is None:
        raise NotFound
    responding.of_author(project, actor=actor())
    return project, db.session.scalars(budgets.any_budget(project.budget_id)).one()
