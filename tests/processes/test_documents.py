"""Documents with a process: kept in their order, at most so many, and never swept up."""

from __future__ import annotations

from io import BytesIO

import pytest

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotFound
from participatie.identity.rules import VISITOR
from participatie.media import documents as reading
from participatie.media.models import Document
from participatie.media.services import throw_unused_away
from participatie.processes import queries
from participatie.processes.models import ProcessDocument
from participatie.processes.rules import MOST_DOCUMENTS
from participatie.processes.services import documents
from tests.factories import (
    LONG_AGO,
    ClerkFactory,
    DocumentFactory,
    ProcessFactory,
    ResidentFactory,
)
from tests.media.documents import pdf


@pytest.fixture
def store(context):
    return db.session


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def storage(app):
    return app.extensions["media"]


@pytest.fixture
def add(storage):
    def add(process, title):
        checked = reading.read(BytesIO(pdf()))
        return documents.add(process, checked, title, storage=storage, actor=VISITOR, now=now())

    return add


def titles(process, store):
    return [one.title for one in store.scalars(queries.documents_of(process.id))]


def test_documents_stand_in_the_order_in_which_they_came(process, store, add):
    for title in ("Schets", "Kaart", "Verslag"):
        add(process, title)
    assert titles(process, store) == ["Schets", "Kaart", "Verslag"]


def test_those_after_what_is_taken_away_move_up(process, store, add):
    added = [add(process, title) for title in ("Schets", "Kaart", "Verslag")]
    documents.take_away(process, added[0].id, actor=VISITOR, now=now())
    links = store.scalars(queries.shown_documents(process.id)).all()
    assert [link.position for link in links] == [1, 2]
    assert titles(process, store) == ["Kaart", "Verslag"]


def test_a_document_of_another_process_is_not_taken_away(process, store, add):
    other = ProcessFactory()
    theirs = add(other, "Schets")
    with pytest.raises(NotFound):
        documents.take_away(process, theirs.id, actor=VISITOR, now=now())
    assert titles(other, store) == ["Schets"]


def test_there_are_at_most_twenty(process, store, add):
    for position in range(1, MOST_DOCUMENTS + 1):
        made = DocumentFactory()
        store.add(ProcessDocument(process_id=process.id, position=position, document_id=made.id))
    store.flush()
    with pytest.raises(Invalid) as refused:
        add(process, "Nog een")
    assert refused.value.field == "document"


def test_a_name_is_asked(process, store, add):
    with pytest.raises(Invalid) as refused:
        add(process, " ")
    assert refused.value.field == "title"
    assert titles(process, store) == []


def test_what_is_archived_does_not_change(store, add):
    archived = ProcessFactory(archived_at=LONG_AGO)
    with pytest.raises(Conflict):
        add(archived, "Schets")


def test_the_sweep_leaves_a_document_that_a_process_shows(process, store, storage, add):
    kept, gone = add(process, "Schets").id, add(process, "Kaart").id
    documents.take_away(process, gone, actor=VISITOR, now=now())
    throw_unused_away(storage=storage)
    store.expire_all()
    assert store.get(Document, kept) is not None
    assert store.get(Document, gone) is None


# Pages


def test_a_clerk_adds_a_document_and_everybody_can_keep_it(log_in, client, store, process):
    store.commit()
    clerk = log_in(ClerkFactory())
    page = clerk.get(f"/griffie/trajecten/{process.id}").follow("Wijzig Documenten")
    assert "Er zijn nog geen documenten." in page.main
    page = page.press("Voeg dit document toe", document=(BytesIO(pdf()), "plan.pdf"), title="Plan")
    assert "Plan (PDF" in page.main
    links = client.get(f"/trajecten/{process.slug}").links()
    (address,) = [url for words, url in links.items() if words.startswith("Plan (PDF")]
    kept = client.raw.get(address)
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = page.press("Haal weg Plan")
    assert "Er zijn nog geen documenten." in page.main
    client.get(address, status=404)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": "Plan"}, "Kies eerst een document."),
        ({"document": (b"geen pdf", "plan.pdf"), "title": "Plan"}, "geen document"),
        ({"document": (pdf(), "plan.pdf"), "title": "P"}, "Schrijf minstens 3 tekens"),
    ],
)
def test_what_cannot_be_added_says_why_beside_the_field(log_in, store, process, sent, sentence):
    store.commit()
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/documenten")
    sent = {k: (BytesIO(v[0]), v[1]) if k == "document" else v for k, v in sent.items()}
    page = page.press("Voeg dit document toe", answered=422, **sent)
    assert sentence in page.main


def test_a_document_of_a_process_in_the_making_is_for_the_griffie_only(log_in, client, store, add):
    draft = ProcessFactory(published_at=None)
    kept = add(draft, "Schets")
    store.commit()
    address = f"/trajecten/documenten/{kept.key}"
    client.get(address, status=404)
    log_in(ResidentFactory()).get(address, status=404)
    shown = log_in(ClerkFactory()).raw.get(address)
    assert shown.headers["Cache-Control"] == "no-store"
    draft.published_at = LONG_AGO
    store.commit()
    assert client.raw.get(address).headers["Cache-Control"].startswith("public")
