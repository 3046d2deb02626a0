"""The photos and documents of a plan that a resident submits: the third step."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.models.budgets import Project
from participatie.budget.services import materials
from participatie.budget.views.submitting import budget_taking_plans, own_draft
from participatie.contributions.forms import DescriptionForm, ImageForm
from participatie.contributions.rules import MOST_DOCUMENTS, MOST_IMAGES
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError, NotFound
from participatie.core.limits import count_try
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor, residents
from participatie.media import documents, pictures
from participatie.media.forms import DocumentForm
from participatie.media.rules import MOST_BYTES, MOST_DOCUMENT_BYTES, MOST_SENT

bp = Blueprint("budget_materials", __name__, template_folder="../templates")

MOST_SENT_IN_AN_HOUR = {"photo": 40, "document": 20}
LIMITS = {
    "photos": MOST_IMAGES,
    "photo_megabytes": MOST_BYTES // 1_000_000,
    "documents": MOST_DOCUMENTS,
    "document_megabytes": MOST_DOCUMENT_BYTES // 1_000_000,
}
"""What the pages say of photos and documents."""


@bp.get("/plannen/<int:contribution_id>/fotos")
@residents
def show(contribution_id: int) -> ResponseReturnValue:
    """The photos and documents of a draft, and one more."""
    return _ask(own_draft(contribution_id))


@bp.post("/plannen/<int:contribution_id>/fotos")
@residents
@takes_files(MOST_SENT)
@once
def add_photo(contribution_id: int) -> ResponseReturnValue:
    """Keep one more photo; when it is refused, all that was there stays."""
    draft, form = own_draft(contribution_id), ImageForm()
    if not form.validate():
        return _ask(draft, photo=form), 422

    def add() -> None:
        picture, said = pictures.read(form.image.data.stream), form.description.data or ""
        storage = current_app.extensions["media"]
        materials.add_photo(draft, picture, said, storage=storage, actor=actor(), now=now())

    try:
        _counted("photo", draft, add)
    except DomainError as error:
        form.refuse(error)
        return _ask(draft, photo=form), status_of(error)
    return _kept(draft, gettext("The photo is added."))


@bp.route("/plannen/<int:contribution_id>/fotos/<int:image_id>", methods=["GET", "POST"])
@residents
def photo(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Say what there is to see on a photo of a draft."""
    draft = own_draft(contribution_id)
    image = next((one for one in draft.images if one.id == image_id), None)
    if image is None:
        raise NotFound
    form = DescriptionForm(data={"description": image.description})
    if form.validate_on_submit():
        said = form.description.data or ""
        materials.describe_photo(draft, image, said, actor=actor(), now=now())
        return _kept(draft, gettext("The description is saved."))
    budget = budget_taking_plans(draft.budget_id)
    words = {"form": form, "draft": draft, "image": image, "budget": budget}
    return render_template("budget/submit_photo.html", **words), 422 if form.errors else 200


@bp.post("/plannen/<int:contribution_id>/fotos/<int:image_id>/weg")
@residents
def take_photo_away(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Take a photo away from a draft."""
    draft = own_draft(contribution_id)
    materials.take_photo_away(draft, image_id, actor=actor(), now=now())
    return _kept(draft, gettext("The photo is gone."))


@bp.post("/plannen/<int:contribution_id>/documenten")
@residents
@takes_files(MOST_SENT)
@once
def add_document(contribution_id: int) -> ResponseReturnValue:
    """Keep one more document; when it is refused, all that was there stays."""
    draft, form = own_draft(contribution_id), DocumentForm()
    if not form.validate():
        return _ask(draft, document=form), 422

    def add() -> None:
        checked, title = documents.read(form.document.data.stream), form.title.data or ""
        storage = current_app.extensions["media"]
        materials.add_document(draft, checked, title, storage=storage, actor=actor(), now=now())

    try:
        _counted("document", draft, add)
    except DomainError as error:
        form.refuse(error)
        return _ask(draft, document=form), status_of(error)
    return _kept(draft, gettext("The document is added."))


@bp.post("/plannen/<int:contribution_id>/documenten/<int:document_id>/weg")
@residents
def take_document_away(contribution_id: int, document_id: int) -> ResponseReturnValue:
    """Take a document away from a draft."""
    draft = own_draft(contribution_id)
    materials.take_document_away(draft, document_id, actor=actor(), now=now())
    return _kept(draft, gettext("The document is gone."))


def _counted(kind: str, draft: Project, add: Callable[[], None]) -> None:
    """Add one, not too often in an hour. Raises a domain error."""
    most, window = MOST_SENT_IN_AN_HOUR[kind], timedelta(hours=1)
    count_try(f"{kind}:{draft.author_id}", most=most, window=window, now=now())
    add()


def _kept(draft: Project, said: str) -> ResponseReturnValue:
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".show", contribution_id=draft.id), 303)


def _ask(
    draft: Project, *, photo: ImageForm | None = None, document: DocumentForm | None = None
) -> str:
    """The page of the third step; a refused form comes back as it was."""
    return render_template(
        "budget/submit_photos.html",
        form=photo or ImageForm(formdata=None),
        document=document or DocumentForm(formdata=None),
        draft=draft,
        budget=budget_taking_plans(draft.budget_id),
        limits=LIMITS,
    )
