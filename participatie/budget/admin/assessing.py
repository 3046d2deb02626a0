"""The pages of an assessor: the own list, one plan, and what staff says about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.assessment import FindingsForm, NoteForm
from participatie.budget.models.assessment import Assessment
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments as queries
from participatie.budget.queries import budgets
from participatie.budget.rules.assessment import AssessmentState, is_late
from participatie.budget.services import assessing
from participatie.core.access import only
from participatie.core.clock import now, today
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role

bp = Blueprint("budget_assessing", __name__, template_folder="../templates")

assessors = only(Role.ASSESSOR, Role.CLERK, Role.ADMINISTRATOR)

FINISH = "finish"


@bp.get("/beoordelen")
@only(Role.ASSESSOR, Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """What is assigned to who asks: what is late first."""
    rows = db.session.execute(queries.assigned_to(actor().id or 0)).all()
    return render_template(
        "budget/assess_index.html",
        rows=[
            (
                row.Project,
                row.Assessment,
                is_late(row.Assessment.state, row.Assessment.due_on, today=today()),
            )
            for row in rows
        ],
    )


@bp.route("/beoordelen/<int:project_id>", methods=["GET", "POST"])
@assessors
def show(project_id: int) -> ResponseReturnValue:
    """One plan, and what the assessor says of it."""
    project, assessment = _assigned(project_id)
    budget = _budget(project)
    form = FindingsForm(data=FindingsForm.filled_in(project, assessment))
    if _is_own(project):
        del form.adviser
    if form.validate_on_submit() and kept(form, lambda: _keep(budget, project, form)):
        flash(_said(), "success")
        return redirect(url_for(".index") if _finishes() else request.path, 303)
    page = render_template(
        "budget/assess.html",
        form=form,
        project=project,
        budget=budget,
        assessment=assessment,
        is_open=assessment is None or assessment.state is AssessmentState.OPEN,
        earlier=db.session.scalars(queries.finished_of(project.id)).all(),
        notes=len(db.session.scalars(queries.notes(project.id)).all()),
    )
    return page, status(form)


@bp.route("/beoordelen/<int:project_id>/overleg", methods=["GET", "POST"])
@assessors
@once
def talk(project_id: int) -> ResponseReturnValue:
    """What staff says to each other about a plan, and what was done to its assessment."""
    project, _ = _assigned(project_id)
    form = NoteForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: assessing.write_note(project, form.text.data or "", actor=actor(), now=now()),
    ):
        flash(gettext("Your note stands here. The others get a mail."), "success")
        return redirect(request.path, 303)
    page = render_template(
        "budget/assess_talk.html",
        form=form,
        project=project,
        budget=_budget(project),
        notes=db.session.scalars(queries.notes(project.id)).all(),
        history=db.session.execute(queries.history(project.id)).all(),
    )
    return page, status(form)


def _keep(budget: Budget, project: Project, form: FindingsForm) -> None:
    adviser = (form.adviser.data or "") if "adviser" in form else ""
    if _finishes():
        assessing.finish(
            budget, project, form.findings(), adviser=adviser, actor=actor(), now=now()
        )
    else:
        assessing.save(project, form.findings(), adviser=adviser, actor=actor(), now=now())


def _finishes() -> bool:
    """Whether the button was pressed that closes the assessment."""
    return request.form.get("act") == FINISH


def _said() -> str:
    if _finishes():
        return str(gettext("The assessment is finished. The maker of the plan hears it."))
    return str(gettext("This is saved. Residents do not see it yet."))


def _assigned(project_id: int) -> tuple[Project, Assessment | None]:
    """A plan that who asks may read. Raises `NotFound`."""
    project = db.session.scalars(queries.any_plan(project_id)).one_or_none()
    if project is None:
        raise NotFound
    assessment = assessing.read_by(project, actor=actor())
    if not _budget(project).has_assessment:
        raise NotFound
    return project, assessment


def _is_own(project: Project) -> bool:
    """Whether who asks assesses it themselves; else they do so for a colleague."""
    return db.session.scalars(queries.is_assigned(project.id, actor().id or 0)).first() is not None


def _budget(project: Project) -> Budget:
    return db.session.scalars(budgets.any_budget(project.budget_id)).one()
