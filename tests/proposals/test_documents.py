"""Documents and a film with a proposal: added while writing, seen by who may."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from participatie.contributions.models import ContributionDocument
from participatie.contributions.rules import MOST_DOCUMENTS, State
from participatie.identity.models import Account
from participatie.proposals.models import Proposal
from tests.factories import (
    ClerkFactory,
    DocumentFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)
from tests.media.documents import pdf

FILM = "https://youtu.be/dQw4w9WgXcQ"


@pytest.fixture
def author(store):
    return ResidentFactory()


@pytest.fixture
def draft(author):
    return ProposalFactory(
        process=ProcessFactory(), author_id=author.id, state=State.DRAFT, published_at=None
    )


def step(browser, draft):
    return browser.get(f"/voorstellen/{draft.id}/fotos")


def add(page, content=None, title="Begroting bankje"):
    file = (BytesIO(pdf() if content is None else content), "../<script>.exe")
    return page.press("Voeg dit document toe", document=file, title=title)


def document_on(proposal, store, position=1):
    made = DocumentFactory()
    link = {"contribution_id": proposal.id, "position": position, "document_id": made.id}
    store.add(ContributionDocument(**link))
    store.commit()
    return made


def shown(store, of):
    rows = select(ContributionDocument).where(ContributionDocument.contribution_id == of.id)
    return store.scalars(rows.order_by(ContributionDocument.position)).all()


def sources(page):
    return [link.get("href") for link in page.all("a") if "/documenten/" in link.get("href")]


def test_a_document_and_a_film_are_published_with_the_proposal(client, log_in, author, draft):
    page = add(step(log_in(author), draft))
    assert "Het document staat erbij." in page.main
    page = page.press("Bewaar de film", film=FILM)
    assert "De link naar de film is bewaard." in page.main
    checked = page.follow("Ga verder: controleer uw voorstel")
    assert "Begroting bankje (PDF, 1 kB)" in checked.main
    checked.press("Publiceer dit voorstel")
    proposal = client.get(f"/voorstellen/{draft.id}")
    assert "Begroting bankje (PDF, 1 kB)" in proposal.main
    assert proposal.all("a", href="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert "Bekijk de film op YouTube" in proposal.main
    assert not proposal.all("iframe")
    [source] = sources(proposal)
    sent = client.raw.get(source)
    assert sent.data == pdf()
    assert sent.mimetype == "application/pdf"
    assert sent.headers["Content-Disposition"] == 'attachment; filename="Begroting bankje.pdf"'
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in sent.headers["Cache-Control"]


def test_a_refused_document_costs_nothing_of_what_was_there(log_in, author, draft, store):
    page = add(step(log_in(author), draft))
    again = add(page, b"<html>", "Een ander stuk")
    assert again.status == 422
    assert "Dit document kunnen wij niet gebruiken." in again.errors()[0]
    assert again.all("input", name="title")[0].get("value") == "Een ander stuk"
    assert len(sources(again)) == len(shown(store, draft)) == 1
    assert store.get_one(Proposal, draft.id, populate_existing=True).title == draft.title


def test_without_a_document_or_its_name_the_form_says_what_to_do(log_in, author, draft):
    page = step(log_in(author), draft).press("Voeg dit document toe")
    assert page.errors() == ["Kies eerst een document.", "Geef het document een naam."]


def test_a_fourth_document_has_no_room_and_the_next_moves_up(log_in, author, draft, store):
    browser = log_in(author)
    before = step(browser, draft)
    made = [document_on(draft, store, place) for place in range(1, MOST_DOCUMENTS + 1)]
    refused = add(before).errors()
    assert refused == ["U kunt hoogstens 3 documenten toevoegen. Haal er eerst een weg."]
    page = step(browser, draft)
    assert "U hebt 3 documenten." in page.main
    assert "Het document is weg." in page.press("Haal weg Begroting bankje").main
    links = [(one.position, one.document_id) for one in shown(store, draft)]
    assert links == [(1, made[1].id), (2, made[2].id)]


@pytest.mark.parametrize("state", [State.DRAFT, State.HIDDEN])
def test_a_document_is_there_for_who_may_see_what_shows_it(app, log_in, draft, store, state):
    made = document_on(draft, store)
    app.extensions["media"].put(made.key, "document.pdf", pdf())
    kept = store.get_one(Proposal, draft.id, populate_existing=True)
    kept.state, kept.published_at = state, kept.created_at
    store.commit()
    source = f"/documenten/{made.key}"
    own = log_in(store.get_one(Account, draft.author_id)).raw.get(source)
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    assert log_in(ResidentFactory()).raw.get(source).status_code == 404
    of_clerk = log_in(ClerkFactory()).raw.get(source).status_code
    assert of_clerk == (200 if state is State.HIDDEN else 404)


def test_a_document_whose_file_is_gone_is_not_there(client, store, caplog):
    made = document_on(ProposalFactory(), store)
    assert client.raw.get(f"/documenten/{made.key}").status_code == 404
    assert "has no file" in caplog.text


def test_what_is_no_film_is_kept_in_the_form_and_an_empty_field_is_none(
    log_in, author, draft, store
):
    page = step(log_in(author), draft).press("Bewaar de film", film=FILM)
    refused = page.press("Bewaar de film", film="https://example.org/film")
    assert refused.status == 422
    assert "Dit is geen adres van een film op YouTube of Vimeo." in refused.errors()[0]
    assert refused.all("input", name="film")[0].get("value") == "https://example.org/film"
    assert store.get_one(Proposal, draft.id, populate_existing=True).film is not None
    gone = page.press("Bewaar de film", film="")
    assert "Er is geen link naar een film." in gone.main
    assert store.get_one(Proposal, draft.id, populate_existing=True).film is None
