"""The documents of a draft, and the film that it leads to."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError, Invalid
from participatie.core.limits import count_try
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor, residents
from participatie.media import documents
from participatie.media.forms import DocumentForm
from participatie.media.rules import MOST_SENT
from participatie.proposals.forms.proposals import FilmForm
from participatie.proposals.services import writing
from participatie.proposals.views.found import own_draft
from participatie.proposals.views.photos import ask

MOST_SENT_IN_AN_HOUR = 20

bp = Blueprint("proposal_documents", __name__, template_folder="../templates")


@bp.post("/voorstellen/<int:contribution_id>/documenten")
@residents
@takes_files(MOST_SENT)
@once
def add(contribution_id: int) -> ResponseReturnValue:
    """Keep one more document; when it is refused, all that was there stays."""
    draft, form = own_draft(contribution_id), DocumentForm()
    if not form.validate():
        return ask(draft, document=form), 422
    try:
        count_try(
            f"document:{draft.author_id}",
            most=MOST_SENT_IN_AN_HOUR,
            window=timedelta(hours=1),
            now=now(),
        )
        writing.add_document(
            draft,
            documents.read(form.document.data.stream),
            form.title.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return ask(draft, document=form), status_of(error)
    db.session.commit()
    flash(gettext("The document is added."), "success")
    return redirect(url_for("proposal_photos.images", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/documenten/<int:document_id>/weghalen")
@residents
def take_away(contribution_id: int, document_id: int) -> ResponseReturnValue:
    """Take a document away from a draft."""
    draft = own_draft(contribution_id)
    writing.take_document_away(draft, document_id, actor=actor())
    db.session.commit()
    flash(gettext("The document is gone."), "success")
    return redirect(url_for("proposal_photos.images", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/film")
@residents
def film(contribution_id: int) -> ResponseReturnValue:
    """Keep which film a draft leads to; an empty address is none."""
    draft, form = own_draft(contribution_id), FilmForm()
    if not form.validate():
        return ask(draft, film=form), 422
    try:
        writing.set_film(draft, form.film.data or "", actor=actor())
    except Invalid as error:
        form.refuse(error)
        return ask(draft, film=form), 422
    db.session.commit()
    kept, gone = gettext("The link to the film is saved."), gettext("There is no link to a film.")
    flash(kept if draft.film else gone, "success")
    return redirect(url_for("proposal_photos.images", contribution_id=draft.id), 303)
