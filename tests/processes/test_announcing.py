"""A process is announced: a short address, a poster, a text, a button, a preview in messengers."""

from __future__ import annotations

import pytest

from participatie.theming.squares import square
from tests.factories import ClerkFactory, ProcessFactory, ProposalFactory

IDEA = 'één "idee" voor café Özgür 🌳'


@pytest.fixture
def process(store):
    return ProcessFactory(slug="plein", title="Het plein wordt groen")


def test_a_short_address_leads_to_the_process(client, process):
    assert client.get("/t/plein").h1 == process.title
    client.get("/t/nergens", status=404)


def test_the_poster_holds_the_address_as_a_square_and_in_letters(client, process):
    page = client.get("/trajecten/plein/poster")
    assert "http://localhost/t/plein" in page.main
    assert square("http://localhost/t/plein").path in page.html
    assert process.contact_phone in page.main


def test_the_griffie_gets_text_and_button(log_in, process):
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/bekendmaken")
    assert '<a href="http://localhost/t/plein">Doe mee: Het plein wordt groen</a>' in page.main


def properties_of(page):
    return {one.get("property"): one.get("content") for one in page.root.iter("meta")}


def test_a_messenger_shows_what_a_page_is_about(client, process):
    proposal = ProposalFactory(process=process, title=IDEA)
    for path, title in [("/trajecten/plein", process.title), (f"/voorstellen/{proposal.id}", IDEA)]:
        shown = properties_of(client.get(path))
        assert shown["og:title"] == title
        assert shown["og:url"] == f"http://localhost{path}"
        assert shown["og:description"]
