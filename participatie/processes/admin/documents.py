"""The griffie shows documents with a process."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.media import documents as reading
from participatie.media.forms import DocumentForm
from participatie.media.rules import MOST_DOCUMENT_BYTES, MOST_SENT
from participatie.processes import queries
from participatie.processes.admin.making import clerks, load
from participatie.processes.models import Process
from participatie.processes.rules import MOST_DOCUMENTS
from participatie.processes.services import documents

bp = Blueprint(
    "process_documents", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)


@bp.get("/<int:process_id>/documenten")
@clerks
def show(process_id: int) -> ResponseReturnValue:
    """The documents of a process, and the place to add one."""
    return _ask(load(process_id), DocumentForm(formdata=None))


@bp.post("/<int:process_id>/documenten")
@clerks
@takes_files(MOST_SENT)
@once
def add(process_id: int) -> ResponseReturnValue:
    """Show one more document; when it is refused, all that was there stays."""
    process, form = load(process_id), DocumentForm()
    if not form.validate():
        return _ask(process, form), 422
    try:
        documents.add(
            process,
            reading.read(form.document.data.stream),
            form.title.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return _ask(process, form), status_of(error)
    db.session.commit()
    flash(gettext("The document is added."), "success")
    return redirect(url_for(".show", process_id=process.id), 303)


@bp.post("/<int:process_id>/documenten/<int:document_id>/weghalen")
@clerks
def take_away(process_id: int, document_id: int) -> ResponseReturnValue:
    """Show a document no longer."""
    process = load(process_id)
    documents.take_away(process, document_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The document is gone."), "success")
    return redirect(url_for(".show", process_id=process.id), 303)


def _ask(process: Process, form: DocumentForm) -> str:
    return render_template(
        "processes/documents.html",
        process=process,
        form=form,
        shown=db.session.scalars(queries.documents_of(process.id)).all(),
        most=MOST_DOCUMENTS,
        most_megabytes=MOST_DOCUMENT_BYTES // 1_000_000,
    )
