"""The griffie looks over the assessment of all plans: who does what, until when, and how far."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.assessment import AssignForm, GroupForm, ReopenForm, TermsForm
from participatie.budget.models.assessment import Assessment, AssessorGroup
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments as queries
from participatie.budget.queries import budgets
from participatie.budget.rules.assessment import (
    AssessmentState,
    AssessmentStatus,
    counted,
    is_late,
    status_of,
)
from participatie.budget.services import assigning
from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now, today
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes.rules import MINUTE, PhaseKind

bp = Blueprint("budget_assessment", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Line:
    """One plan in the overview."""

    project: Project
    assessment: Assessment | None
    who: tuple[str, ...]
    status: AssessmentStatus
    is_late: bool


@bp.get("/griffie/begrotingen/<int:budget_id>/beoordeling")
@staff
def overview(budget_id: int) -> ResponseReturnValue:
    """How far all plans are, what is late first."""
    budget = _budget(budget_id)
    lines = _lines(budget)
    return render_template(
        "budget/assessment.html",
        budget=budget,
        lines=sorted(lines, key=lambda line: not line.is_late),
        counts=counted(line.status for line in lines),
        late=sum(line.is_late for line in lines),
    )


@bp.route("/griffie/begrotingen/<int:budget_id>/beoordeling/afspraken", methods=["GET", "POST"])
@staff
def terms(budget_id: int) -> ResponseReturnValue:
    """Whether plans are assessed, and how long authors have to answer."""
    budget = _budget(budget_id)
    form = TermsForm(obj=budget)
    if form.validate_on_submit() and kept(
        form,
        lambda: assigning.set_terms(budget, form.terms(), actor=actor(), now=now()),
    ):
        flash(gettext("This is saved."), "success")
        return redirect(url_for(".overview", budget_id=budget_id), 303)
    return render_template("budget/assessment_terms.html", form=form, budget=budget), status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/beoordelaars", methods=["GET", "POST"])
@staff
def assign(budget_id: int) -> ResponseReturnValue:
    """Let people or groups assess one plan or many."""
    budget = assessed_budget(budget_id)
    open_plans = [line.project for line in _lines(budget) if _can_be_assigned(line)]
    form = AssignForm(data={"projects": request.args.getlist("plan"), "due_on": _last_day(budget)})
    people = db.session.scalars(queries.assessors(budget.process_id)).all()
    groups = [row.AssessorGroup for row in db.session.execute(queries.groups()) if row.members]
    form.offer(open_plans, people, groups)
    if form.validate_on_submit():
        chosen = [one for one in open_plans if str(one.id) in (form.projects.data or ())]
        if kept(
            form,
            lambda: assigning.assign(budget, chosen, form.assessors(), actor=actor(), now=now()),
        ):
            flash(gettext("This is assigned. Who is new to a plan gets a mail."), "success")
            return redirect(url_for(".overview", budget_id=budget_id), 303)
    page = render_template(
        "budget/assessment_assign.html", form=form, budget=budget, people=people, plans=open_plans
    )
    return page, status(form)


@bp.route("/griffie/plannen/<int:project_id>/heropenen", methods=["GET", "POST"])
@staff
def reopen(project_id: int) -> ResponseReturnValue:
    """Open an assessment again, for a reason."""
    project = db.session.scalars(queries.any_plan(project_id)).one_or_none()
    if project is None:
        raise NotFound
    budget, form = assessed_budget(project.budget_id), ReopenForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: assigning.reopen(budget, project, form.reason.data or "", actor=actor(), now=now()),
    ):
        flash(gettext("The assessment is open again. Its assessors get a mail."), "success")
        return redirect(url_for(".overview", budget_id=budget.id), 303)
    page = render_template(
        "budget/assessment_reopen.html", form=form, project=project, budget=budget
    )
    return page, status(form)


@bp.get("/griffie/beoordelaars")
@staff
def groups() -> ResponseReturnValue:
    """The groups of assessors, and who the assessors are."""
    return render_template(
        "budget/assessor_groups.html",
        groups=db.session.execute(queries.groups()).all(),
        people=db.session.scalars(queries.assessors()).all(),
    )


@bp.route("/griffie/beoordelaars/nieuw", methods=["GET", "POST"])
@staff
@once
def new_group() -> ResponseReturnValue:
    """Make a group."""
    return _ask_group(None)


@bp.route("/griffie/beoordelaars/<int:group_id>", methods=["GET", "POST"])
@staff
@once
def group(group_id: int) -> ResponseReturnValue:
    """Change a group: what is assigned to it goes along."""
    found = db.session.get(AssessorGroup, group_id)
    if found is None:
        raise NotFound
    return _ask_group(found)


def _ask_group(group: AssessorGroup | None) -> ResponseReturnValue:
    form = GroupForm()
    people = db.session.scalars(queries.assessors()).all()
    form.offer(people)
    if group is not None and request.method == "GET":
        form.name.data = group.name
        form.members.data = [str(n) for n in db.session.scalars(queries.members_of(group.id))]
    if form.validate_on_submit() and kept(
        form,
        lambda: assigning.name_group(
            group, form.name.data or "", form.numbers(), actor=actor(), now=now()
        ),
    ):
        flash(gettext("This is saved."), "success")
        return redirect(url_for(".groups"), 303)
    return render_template("budget/assessor_group.html", form=form, group=group), status(form)


def _lines(budget: Budget) -> list[Line]:
    who: dict[int, list[str]] = {}
    for number, name in db.session.execute(queries.names_of_assigned(budget.id)):
        who.setdefault(number, []).append(name or gettext("No name"))
    rows = db.session.execute(queries.with_assessments(budget.id)).all()
    return [_line(row.Project, row.Assessment, who) for row in rows]


def _line(project: Project, last: Assessment | None, who: dict[int, list[str]]) -> Line:
    if last is None:
        return Line(project, None, (), AssessmentStatus.NOT_ASSIGNED, is_late=False)
    names = who.get(last.id, []) + ([last.adviser] if last.adviser else [])
    return Line(
        project,
        last,
        tuple(names),
        status_of(last.state, last.verdict, is_assigned=bool(names)),
        is_late=is_late(last.state, last.due_on, today=today()),
    )


def _can_be_assigned(line: Line) -> bool:
    return line.assessment is None or line.assessment.state is AssessmentState.OPEN


def _last_day(budget: Budget) -> date | None:
    """The last day of the phase for it, where there is one that is not over."""
    ends = [
        phase.ends_at
        for phase in budget.process.phases
        if phase.kind is PhaseKind.ASSESS and phase.ends_at > now()
    ]
    return (min(ends) - MINUTE).astimezone(AMSTERDAM).date() if ends else None


def assessed_budget(budget_id: int) -> Budget:
    """A budget of which plans are assessed. Raises `NotFound` and `Conflict`."""
    budget = _budget(budget_id)
    if not budget.has_assessment:
        raise Conflict(N_("Plans of this budget are not assessed. Switch that on first."))
    return budget


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(budgets.any_budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget
