"""The griffie shows documents with a process: a plan, a map, minutes."""

from datetime import datetime

from participatie.core.db import db
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.documents import Checked
from participatie.media.models import Document
from participatie.media.rules import TITLE_LENGTH
from participatie.media.shown import place_of_document
from participatie.media.shown import take_away as close_up
from participatie.media.storage import Storage
from participatie.processes import queries
from participatie.processes.models import Process, ProcessDocument
from participatie.processes.rules import MOST_DOCUMENTS
from participatie.processes.services.drafting import hold, line, note


def add(
    process: Process, checked: Checked, title: str, *, storage: Storage, actor: Actor, now: datetime
) -> Document:
    """Show one more document, after the others.

    Raises `Conflict` for what is archived, and `Invalid` for a field.
    """
    hold(process)
    shown = db.session.scalars(queries.shown_documents(process.id)).all()
    position = place_of_document(shown, MOST_DOCUMENTS)
    name = line(title, TITLE_LENGTH, field="title")
    document = media.keep_document(checked, name, storage=storage, now=now)
    db.session.add(
        ProcessDocument(process_id=process.id, position=position, document_id=document.id)
    )
    db.session.flush()
    note("processes.add_document", process, actor=actor, now=now, title=name)
    return document


def take_away(process: Process, document_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a document no longer; those after it move up.

    Raises `Conflict` for what is archived, and `NotFound` for a document of something else.
    """
    hold(process)
    shown = db.session.scalars(queries.shown_documents(process.id)).all()
    close_up(shown, next((link for link in shown if link.document_id == document_id), None))
    note("processes.take_document_away", process, actor=actor, now=now, document=document_id)
