"""The griffie tells how it stands with a plan that goes ahead: status, money, steps and photos."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.execution import (
    MilestoneDoneForm,
    MilestoneForm,
    StandingForm,
)
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.execution import Execution, Milestone
from participatie.budget.queries import budgets as queries
from participatie.budget.queries import execution as works
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.services import executing
from participatie.budget.services.executing import standing_of
from participatie.contributions.forms import DescriptionForm, ImageForm
from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import pictures
from participatie.media.rules import MOST_BYTES, MOST_SENT

bp = Blueprint("budget_execution", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.route("/griffie/plannen/<int:project_id>/uitvoering", methods=["GET", "POST"])
@staff
def show(project_id: int) -> ResponseReturnValue:
    """How it stands, and what residents see of it."""
    project = _project(project_id)
    standing = standing_of(db.session.get(Execution, project_id))
    form = StandingForm(data=StandingForm.filled_in(standing))
    if form.validate_on_submit() and kept(
        form, lambda: executing.tell(project, form.standing(), actor=actor(), now=now())
    ):
        return _saved(project_id)
    page = render_template(
        "budget/execution.html",
        form=form,
        project=project,
        budget=_budget(project),
        milestones=db.session.scalars(works.milestones(project_id)).all(),
        photos=db.session.scalars(works.execution_photos(project_id)).all(),
    )
    return page, status(form)


@bp.route("/griffie/plannen/<int:project_id>/stappen/nieuw", methods=["GET", "POST"])
@staff
@once
def plan(project_id: int) -> ResponseReturnValue:
    """Plan one more step."""
    project, form = _project(project_id), MilestoneForm()
    if form.validate_on_submit() and kept(
        form, lambda: executing.plan_milestone(project, form.step(), actor=actor(), now=now())
    ):
        return _saved(project_id)
    return _ask_for_milestone(form, project, None), status(form)


@bp.route("/griffie/plannen/<int:project_id>/stappen/<int:milestone_id>", methods=["GET", "POST"])
@staff
def milestone(project_id: int, milestone_id: int) -> ResponseReturnValue:
    """Say a step otherwise, or that it is done."""
    project, step = _project(project_id), _milestone(project_id, milestone_id)
    form = MilestoneDoneForm(data=MilestoneDoneForm.filled_in(step))
    if form.validate_on_submit() and kept(
        form,
        lambda: executing.change_milestone(
            project,
            step,
            form.step(),
            today=now().astimezone(AMSTERDAM).date(),
            actor=actor(),
            now=now(),
        ),
    ):
        return _saved(project_id)
    return _ask_for_milestone(form, project, step), status(form)


@bp.post("/griffie/plannen/<int:project_id>/stappen/<int:milestone_id>/weg")
@staff
def drop(project_id: int, milestone_id: int) -> ResponseReturnValue:
    """Take a step out of the planning."""
    step = _milestone(project_id, milestone_id)
    executing.drop_milestone(_project(project_id), step, actor=actor(), now=now())
    return _saved(project_id)


@bp.route("/griffie/plannen/<int:project_id>/uitvoering/fotos", methods=["GET", "POST"])
@staff
@takes_files(MOST_SENT)
@once
def photo(project_id: int) -> ResponseReturnValue:
    """Show one more photo of the work."""
    project, form = _project(project_id), ImageForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: executing.add_photo(
            project,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        ),
    ):
        return _saved(project_id)
    page = render_template(
        "budget/execution_photo.html",
        form=form,
        project=project,
        budget=_budget(project),
        most_megabytes=MOST_BYTES // 1_000_000,
    )
    return page, status(form)


@bp.route(
    "/griffie/plannen/<int:project_id>/uitvoering/fotos/<int:image_id>", methods=["GET", "POST"]
)
@staff
def photo_words(project_id: int, image_id: int) -> ResponseReturnValue:
    """Say what there is to see on a photo of the work."""
    project = _project(project_id)
    found = db.session.scalars(works.execution_photos(project_id)).all()
    image = next((one for one in found if one.id == image_id), None)
    if image is None:
        raise NotFound
    form = DescriptionForm(data={"description": image.description})
    if form.validate_on_submit() and kept(
        form,
        lambda: executing.describe_photo(
            project, image, form.description.data or "", actor=actor(), now=now()
        ),
    ):
        return _saved(project_id)
    page = render_template(
        "budget/execution_photo_words.html",
        form=form,
        project=project,
        budget=_budget(project),
        image=image,
    )
    return page, status(form)


@bp.post("/griffie/plannen/<int:project_id>/uitvoering/fotos/<int:image_id>/weg")
@staff
def take_photo_away(project_id: int, image_id: int) -> ResponseReturnValue:
    """Show a photo no longer."""
    executing.take_photo_away(_project(project_id), image_id, actor=actor(), now=now())
    return _saved(project_id)


def _ask_for_milestone(form: Form, project: Project, step: Milestone | None) -> str:
    return render_template(
        "budget/milestone.html", form=form, project=project, budget=_budget(project), step=step
    )


def _saved(project_id: int) -> ResponseReturnValue:
    db.session.commit()
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".show", project_id=project_id), 303)


def _project(project_id: int) -> Project:
    """A plan that goes ahead. Raises `NotFound` and `Conflict`."""
    found = db.session.scalars(queries.project(project_id)).one_or_none()
    if found is None:
        raise NotFound
    if found.outcome is not Outcome.AWARDED:
        raise Conflict(N_("This plan does not go ahead, so there is nothing to carry out."))
    return found


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    found = db.session.get(Milestone, milestone_id)
    if found is None or found.project_id != project_id:
        raise NotFound
    return found


def _budget(project: Project) -> Budget:
    return db.session.scalars(queries.any_budget(project.budget_id)).one()
