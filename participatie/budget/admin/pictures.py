"""The griffie shows photos with a plan."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.models.budgets import Project
from participatie.budget.queries import budgets as queries
from participatie.budget.services import projects
from participatie.contributions.forms import ImageForm
from participatie.contributions.queries import images_of
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import pictures
from participatie.media.rules import MOST_BYTES, MOST_SENT

bp = Blueprint("budget_pictures", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.route("/griffie/plannen/<int:contribution_id>/fotos", methods=["GET", "POST"])
@staff
@takes_files(MOST_SENT)
def show(contribution_id: int) -> ResponseReturnValue:
    """The photos of a plan, and one more."""
    project, form = _project(contribution_id), ImageForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: projects.add_photo(
            project,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        ),
    ):
        flash(gettext("The photo is added."), "success")
        return redirect(url_for(".show", contribution_id=contribution_id), 303)
    page = render_template(
        "budget/pictures.html",
        form=form,
        project=project,
        budget=db.session.scalars(queries.any_budget(project.budget_id)).one(),
        photos=db.session.scalars(images_of(contribution_id)).all(),
        most_megabytes=MOST_BYTES // 1_000_000,
    )
    return page, status(form)


@bp.post("/griffie/plannen/<int:contribution_id>/fotos/<int:image_id>/weg")
@staff
def take_away(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Show a photo no longer."""
    projects.take_photo_away(_project(contribution_id), image_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


def _project(contribution_id: int) -> Project:
    found = db.session.scalars(queries.project(contribution_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
