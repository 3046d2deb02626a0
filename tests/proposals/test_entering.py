"""An idea of a meeting stands on the site, and becomes of who had it by a code on a slip."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.processes.models import Category, Regulation
from participatie.proposals.models import Proposal, ProposalClaim
from tests.factories import AreaFactory, ClerkFactory, ProcessFactory, ResidentFactory

IDEA = "één idee voor café Özgür 🌳"
FILLED_IN = {
    "title": IDEA,
    "summary": "Een boom voor het terras.",
    "text": "Een boom geeft schaduw.\n\nOok in mei.",
    "name": "Een inwoner van Parkwijk",
}


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def slip(log_in, process):
    """The slip of an idea that was entered."""
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/voorstellen/invoeren")
    return page.press("Publiceer dit idee", **FILLED_IN)


def code_on(page):
    return page.main.partition("Uw code ")[2][:21]


def test_the_idea_is_published_and_nobodys_yet(slip, client, store):
    made = store.scalars(select(Proposal)).one()
    assert (made.state, made.author_id, made.title) == (State.PUBLISHED, None, IDEA)
    page = client.get(f"/voorstellen/{made.id}")
    assert "Een inwoner van Parkwijk" in page.text
    assert "Ook in mei." in page.main


def test_with_the_code_it_becomes_of_who_had_it_once(slip, log_in, store):
    person = ResidentFactory()
    typed = code_on(slip).lower().replace(" ", "-")
    page = log_in(person).get("/mijn/idee").press("Maak het van mij", code=typed)
    assert "Dit voorstel is nu van u." in page.text
    made = store.scalars(select(Proposal)).one()
    assert made.author_id == person.id
    assert store.scalars(select(Follow.account_id)).all() == [person.id]
    again = log_in(ResidentFactory()).get("/mijn/idee").press("Maak het van mij", code=typed)
    assert again.status == 422
    assert store.get_one(Proposal, made.id, populate_existing=True).author_id == person.id


def test_an_entered_idea_can_have_a_dot_found_by_an_address(log_in, process, store):
    square = [[[[4.95, 52.51], [4.98, 52.51], [4.98, 52.52], [4.95, 52.52], [4.95, 52.51]]]]
    park = AreaFactory(name="Parkwijk", polygons=square)
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/voorstellen/invoeren")
    page = page.press("Zoek op", address="parklaan", title=IDEA)
    assert "Parklaan, Parkwijk, Waterlanden" in page.main
    assert store.scalars(select(Proposal)).all() == []
    page.press("Publiceer dit idee", point="52.51490, 4.96640", **FILLED_IN)
    made = store.scalars(select(Proposal)).one()
    assert (str(made.point), made.area_id) == ("52.51490, 4.96640", park.id)


@pytest.mark.parametrize("typed", ["", "ABCD", "0" * 17, "🌳" * 500])
def test_another_code_makes_nothing_of_anybody(slip, log_in, store, typed):
    page = log_in(ResidentFactory()).get("/mijn/idee").press("Maak het van mij", code=typed)
    assert page.fields_with_errors() == ["De code op uw briefje"]
    assert store.scalars(select(Proposal.author_id)).all() == [None]


def test_of_the_code_a_hash_is_kept(slip, store):
    code = code_on(slip)
    kept = store.scalars(select(ProposalClaim)).one()
    assert len(code.replace(" ", "")) == 17
    assert code.replace(" ", "").encode() not in kept.code_hash


def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(log_in, store, process):
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/voorstellen/invoeren")
    page = page.press("Publiceer dit idee", **FILLED_IN | {"title": "Kort"[:3], "name": ""})
    assert len(page.fields_with_errors()) == 2
    assert "Ook in mei." in page.html
    assert store.scalars(select(Proposal)).all() == []


def test_nobody_files_an_initiative_for_somebody_else(log_in, store, process):
    weeks = {"test_weeks": 3, "support_weeks": 12, "check_weeks": 2, "agenda_weeks": 8}
    store.add(Regulation(process_id=process.id, address="", conditions=["Eén"], **weeks))
    store.commit()
    path = f"/griffie/trajecten/{process.id}/voorstellen/invoeren"
    log_in(ClerkFactory()).get(path, status=409)


def test_what_is_wrong_is_told_in_the_order_of_the_page(log_in, process, store):
    store.add(Category(process_id=process.id, position=1, name="Groen"))
    store.commit()
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/voorstellen/invoeren")
    wrong = {"title": "", "summary": "", "text": "", "name": "", "category": "0", "area": "0"}
    told = page.press("Publiceer dit idee", **wrong).fields_with_errors()
    assert told == [
        "Titel",
        "In het kort",
        "Uitleg",
        "Waar gaat het over?",
        "Waar is het?",
        "Welke naam zien anderen?",
    ]
