"""Somebody finds the own area by postcode; the postcode is kept nowhere."""

from __future__ import annotations

import pytest

from participatie.areas.models import AreaPostcode
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    BudgetFactory,
    DiscussionFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
)

ASK = "/in-mijn-buurt/postcode"
GO = "Bekijk deze buurt"


@pytest.fixture
def centre(store):
    area = AreaFactory(name="Centrum")
    store.add(AreaPostcode(area_id=area.id, code="1441"))
    store.commit()
    return area


def test_a_postcode_leads_to_its_area_and_stands_in_no_address(client, centre):
    page = client.get("/in-mijn-buurt").follow("Vind mijn buurt met mijn postcode")
    page = page.press(GO, who_postcode="1441 ab")
    assert page.h1 == "In uw buurt: Centrum"
    assert page.response.request.query_string.decode() == f"wijk={centre.id}"


def test_a_site_without_areas_asks_nobody_to_choose_one(client):
    page = client.get("/in-mijn-buurt")
    assert "Er zijn nog geen wijken" in page.main
    assert "Kies uw buurt" not in page.main
    assert "Vind mijn buurt met mijn postcode" not in page.links()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul uw postcode in."),
        ("1441", "vier cijfers en twee letters"),
        ("9999 ZZ", "Wij kennen geen buurt met deze postcode."),
    ],
)
@pytest.mark.usefixtures("centre")
def test_a_postcode_that_finds_nothing_says_what_helps(client, typed, sentence):
    page = client.get(ASK).press(GO, who_postcode=typed)
    assert page.status == 422
    assert sentence in page.main


def test_an_area_shows_what_goes_on_and_of_which_process_it_is(client, centre):
    running = ProcessFactory(title="Het plein van nu")
    archived = ProcessFactory(title="Het plein van toen", archived_at=LONG_AGO)
    ProposalFactory(process=running, area_id=centre.id, title="Een linde")
    ProposalFactory(process=archived, area_id=centre.id, title="Een eik")
    budget = BudgetFactory(process=archived)
    ProjectFactory(process=archived, budget_id=budget.id, area_id=centre.id, title="Een beuk")
    page = client.get("/in-mijn-buurt", query_string={"wijk": centre.id}).main
    assert "Een linde" in page
    assert "Het plein van nu" in page
    assert "Een eik" not in page
    assert "Een beuk" not in page


def test_the_first_page_calls_nothing_of_an_archived_process_new(client):
    archived = ProcessFactory(archived_at=LONG_AGO)
    ProposalFactory(process=archived, title="Een eik")
    DiscussionFactory(process=archived, title="Waarom een eik?")
    ProposalFactory(title="Een linde")
    page = client.get("/").main
    assert "Een linde" in page
    assert "eik" not in page
