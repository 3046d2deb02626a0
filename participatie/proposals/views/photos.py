"""The photos of a draft, and the page that asks for photos, documents and a film."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

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
from participatie.media import pictures
from participatie.media.forms import DocumentForm
from participatie.media.models import Image
from participatie.media.rules import MOST_BYTES, MOST_DOCUMENT_BYTES, MOST_SENT
from participatie.proposals.forms.proposals import FilmForm
from participatie.proposals.models import Proposal
from participatie.proposals.services import writing
from participatie.proposals.views.found import own_draft

MOST_PHOTOS_SENT = 40
PHOTOS_SENT_WITHIN = timedelta(hours=1)

bp = Blueprint("proposal_photos", __name__, template_folder="../templates")


@bp.get("/voorstellen/<int:contribution_id>/fotos")
@residents
def images(contribution_id: int) -> ResponseReturnValue:
    """Show the photos of a draft, and ask for one more."""
    return ask(own_draft(contribution_id))


@bp.post("/voorstellen/<int:contribution_id>/fotos")
@residents
@takes_files(MOST_SENT)
@once
def add_image(contribution_id: int) -> ResponseReturnValue:
    """Keep one more photo; when it is refused, the text and the other photos stay."""
    draft = own_draft(contribution_id)
    form = ImageForm()
    if not form.validate():
        return ask(draft, photo=form), 422
    try:
        count_try(
            f"photo:{draft.author_id}",
            most=MOST_PHOTOS_SENT,
            window=PHOTOS_SENT_WITHIN,
            now=now(),
        )
        writing.add_image(
            draft,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return ask(draft, photo=form), status_of(error)
    db.session.commit()
    flash(gettext("The photo is added."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.get("/voorstellen/<int:contribution_id>/fotos/<int:image_id>")
@residents
def image(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Ask what there is to see on a photo of a draft."""
    draft = own_draft(contribution_id)
    found = _image(draft, image_id)
    return _ask_about(DescriptionForm(description=found.description), draft, found)


@bp.post("/voorstellen/<int:contribution_id>/fotos/<int:image_id>")
@residents
def describe_image(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Keep what there is to see on a photo of a draft."""
    draft = own_draft(contribution_id)
    found, form = _image(draft, image_id), DescriptionForm()
    if not form.validate():
        return _ask_about(form, draft, found), 422
    writing.describe_image(draft, found, form.description.data or "", actor=actor())
    db.session.commit()
    flash(gettext("The description is saved."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/fotos/<int:image_id>/weghalen")
@residents
def take_image_away(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Take a photo away from a draft."""
    draft = own_draft(contribution_id)
    writing.take_image_away(draft, image_id, actor=actor())
    db.session.commit()
    flash(gettext("The photo is gone."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


def _image(draft: Proposal, image_id: int) -> Image:
    found = next((image for image in draft.images if image.id == image_id), None)
    if found is None:
        raise NotFound
    return found


def ask(
    draft: Proposal,
    *,
    photo: ImageForm | None = None,
    document: DocumentForm | None = None,
    film: FilmForm | None = None,
) -> str:
    """The page that asks for what goes with a draft; a refused form comes back as it was."""
    address = draft.film.address if draft.film else ""
    return render_template(
        "proposals/images.html",
        form=photo or ImageForm(formdata=None),
        document=document or DocumentForm(formdata=None),
        film=film or FilmForm(formdata=None, film=address),
        draft=draft,
        process=draft.process,
        most=MOST_IMAGES,
        most_megabytes=MOST_BYTES // 1_000_000,
        most_documents=MOST_DOCUMENTS,
        most_document_megabytes=MOST_DOCUMENT_BYTES // 1_000_000,
    )


def _ask_about(form: DescriptionForm, draft: Proposal, image: Image) -> str:
    return render_template(
        "proposals/image.html", form=form, draft=draft, process=draft.process, image=image
    )
