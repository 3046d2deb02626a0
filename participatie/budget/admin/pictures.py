"""The griffie shows photos and documents with a plan."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.models.budgets import Project
from participatie.budget.queries import budgets as queries
from participatie.budget.services import materials
from participatie.budget.views.materials import LIMITS
from participatie.contributions.forms import ImageForm
from participatie.contributions.queries import images_of
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import documents, pictures
from participatie.media.forms import DocumentForm
from participatie.media.rules import MOST_SENT

bp = Blueprint("budget_pictures", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.route("/griffie/plannen/<int:contribution_id>/fotos", methods=["GET", "POST"])
@staff
@takes_files(MOST_SENT)
@once
def show(contribution_id: int) -> ResponseReturnValue:
    """The photos and documents of a plan, and one photo more."""
    project, form = _project(contribution_id), ImageForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: materials.add_photo(
            project,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        ),
    ):
        return _back(project, gettext("The photo is added."))
    return _ask(project, form, DocumentForm(formdata=None)), status(form)


@bp.post("/griffie/plannen/<int:contribution_id>/documenten")
@staff
@takes_files(MOST_SENT)
@once
def add_document(contribution_id: int) -> ResponseReturnValue:
    """One document more."""
    project, form = _project(contribution_id), DocumentForm()
    if form.validate_on_submit() and kept(
        form,
        lambda: materials.add_document(
            project,
            documents.read(form.document.data.stream),
            form.title.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        ),
    ):
        return _back(project, gettext("The document is added."))
    return _ask(project, ImageForm(formdata=None), form), status(form)


@bp.post("/griffie/plannen/<int:contribution_id>/fotos/<int:image_id>/weg")
@staff
def take_away(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Show a photo no longer."""
    project = _project(contribution_id)
    materials.take_photo_away(project, image_id, actor=actor(), now=now())
    db.session.commit()
    return _back(project, gettext("This is saved."))


@bp.post("/griffie/plannen/<int:contribution_id>/documenten/<int:document_id>/weg")
@staff
def take_document_away(contribution_id: int, document_id: int) -> ResponseReturnValue:
    """Show a document no longer."""
    project = _project(contribution_id)
    materials.take_document_away(project, document_id, actor=actor(), now=now())
    db.session.commit()
    return _back(project, gettext("This is saved."))


def _ask(project: Project, form: ImageForm, document: DocumentForm) -> str:
    return render_template(
        "budget/pictures.html",
        form=form,
        document=document,
        project=project,
        budget=db.session.scalars(queries.any_budget(project.budget_id)).one(),
        photos=db.session.scalars(images_of(project.id)).all(),
        limits=LIMITS,
    )


def _back(project: Project, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".show", contribution_id=project.id), 303)


def _project(contribution_id: int) -> Project:
    found = db.session.scalars(queries.whole_project(contribution_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
