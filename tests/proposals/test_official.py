"""The municipality itself proposes something, and everybody sees that it is of the municipality."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry
from participatie.identity.rules import Actor, Role
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import can_revise, can_withdraw
from tests.factories import (
    AreaFactory,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

CLERK = Actor(id=2, roles=frozenset({Role.CLERK}))
RESIDENT = Actor(id=3, roles=frozenset({Role.RESIDENT}))
PLAN = "Een brug bij café Özgür 🌳"
FILLED_IN = {
    "title": PLAN,
    "summary": "Wij willen een brug voor fietsers.",
    "text": "De brug ligt bij de sluis.\n\nHij komt in mei.",
}


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def page(log_in, process):
    """What the clerk sees who has published it."""
    asked = log_in(ClerkFactory()).get(
        f"/griffie/trajecten/{process.id}/voorstellen/van-de-gemeente"
    )
    assert "Welke naam zien anderen?" not in asked.text
    return asked.press("Publiceer dit voorstel", **FILLED_IN)


@pytest.fixture
def made(page, store):
    return store.scalars(select(Proposal)).one()


def test_it_stands_there_in_the_name_of_the_municipality_and_is_nobodys_own(made, client):
    assert (made.state, made.author_id, made.is_official) == (State.PUBLISHED, None, True)
    assert made.author_name == "Gemeente Waterlanden"
    shown = client.get(f"/voorstellen/{made.id}")
    assert "Van de gemeente" in shown.main
    assert "Wacht op een antwoord" not in shown.main


def test_its_card_says_so_on_the_first_page_of_the_process_and_of_the_site(made, process, client):
    for page in ("/", f"/trajecten/{process.slug}"):
        cards = client.get(page).main.split("Voorstellen" if page != "/" else "Nieuwe voorstellen")
        assert PLAN in cards[-1]
        assert "Van de gemeente" in cards[-1]


def test_without_a_title_nothing_is_published_and_what_was_typed_stays(log_in, process, store):
    asked = log_in(ClerkFactory()).get(
        f"/griffie/trajecten/{process.id}/voorstellen/van-de-gemeente"
    )
    again = asked.press("Publiceer dit voorstel", **{**FILLED_IN, "title": ""})
    assert again.status == 422
    assert "Hij komt in mei." in again.text
    assert store.scalars(select(Proposal)).all() == []


def test_a_list_shows_only_those_of_the_municipality_or_only_those_of_residents(
    made, process, client
):
    ProposalFactory(process=process, title="Een bankje bij de sluis")
    address = f"/trajecten/{process.slug}/voorstellen"
    both = client.get(address).main
    assert PLAN in both
    assert "Een bankje bij de sluis" in both
    of_municipality = client.get(f"{address}?van=gemeente").main
    assert PLAN in of_municipality
    assert "Een bankje bij de sluis" not in of_municipality
    of_residents = client.get(f"{address}?van=inwoners").main
    assert PLAN not in of_residents
    assert "Een bankje bij de sluis" in of_residents


def test_the_feed_and_the_table_say_it_too(made, process, client, log_in):
    ProposalFactory(process=process, title="Een bankje bij de sluis")
    feed = client.raw.get(f"/trajecten/{process.slug}/voorstellen/feed").text
    assert feed.count('<category term="gemeente" label="Van de gemeente"/>') == 1
    clerk = log_in(ClerkFactory())
    table = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.csv").data
    head, first, second = csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";")
    assert [line[-1] for line in (head, first, second)] == ["van de gemeente", "ja", ""]


def test_the_municipality_does_not_have_to_answer_itself(made, log_in):
    work = log_in(ClerkFactory()).get("/griffie?alles=antwoorden")
    assert PLAN not in work.main


def test_no_page_says_how_much_support_it_needs_for_an_answer(made, process, client):
    made.area_id = AreaFactory(polygons=None).id
    process.support_threshold = 100
    ProposalFactory(process=process, title="Van een inwoner", area_id=made.area_id)
    pages = ("/", "", "/voorstellen", f"/in-mijn-buurt?wijk={made.area_id}")
    for path in pages:
        address = path if path in {"/", pages[-1]} else f"/trajecten/{process.slug}{path}"
        assert client.get(address).main.count("van de 100") == 1, address
    assert "van de 100" not in client.get(f"/voorstellen/{made.id}").main


def test_nor_is_it_asked_to_on_the_page_itself(made, log_in):
    clerk = log_in(ClerkFactory())
    assert "Beantwoord dit voorstel" not in clerk.get(f"/voorstellen/{made.id}").main
    refused = clerk.get(f"/griffie/voorstellen/{made.id}/antwoord", status=403)
    assert "Dit is van de gemeente zelf." in refused.main


def test_any_clerk_speaks_for_it_and_that_is_written_down(made, log_in, store):
    page = log_in(ClerkFactory()).get(f"/voorstellen/{made.id}")
    assert "Voorstel van de gemeente" in page.main
    told = page.follow("Vertel volgers nieuws").press(
        "Publiceer dit nieuws", text="Het hout voor de brug is er."
    )
    assert "Nieuws van de gemeente" in told.main
    gone = told.follow("Trek het in").press(
        "Trek dit voorstel in", reason="De brug is te duur geworden."
    )
    assert "De gemeente heeft dit voorstel ingetrokken." in gone.main
    acts = store.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-3:] == ["proposals.enter", "proposals.update", "proposals.withdraw"]


@pytest.mark.parametrize(
    ("actor", "author_id", "official"),
    [(RESIDENT, None, True), (RESIDENT, 3, True), (CLERK, None, False), (CLERK, 3, False)],
)
def test_a_resident_speaks_for_none_of_the_municipality_and_a_clerk_for_none_of_a_resident(
    actor, author_id, official
):
    assert not can_withdraw(State.PUBLISHED, author_id=author_id, official=official, actor=actor)


@pytest.mark.parametrize(
    ("state", "answered", "may"),
    [
        (State.PUBLISHED, False, True),
        (State.PUBLISHED, True, False),
        (State.WITHDRAWN, False, False),
    ],
)
def test_what_is_answered_or_gone_is_not_improved(state, answered, may):
    found = can_revise(state, author_id=None, official=True, answered=answered, actor=CLERK)
    assert found is may


def test_nobody_enters_one_in_a_draft_of_a_process(log_in, store):
    process = ProcessFactory(published_at=None)
    address = f"/griffie/trajecten/{process.id}/voorstellen/van-de-gemeente"
    page = log_in(ClerkFactory()).get(address, status=409)
    assert "Publiceer dit voorstel" not in page.text


@pytest.mark.parametrize("kind", [PhaseKind.DISCUSS, PhaseKind.VOTE, PhaseKind.INFORM])
def test_a_process_without_a_phase_for_proposals_gets_none(log_in, store, kind):
    process, clerk = ProcessFactory(phase=kind), log_in(ClerkFactory())
    links = clerk.get(f"/griffie/trajecten/{process.id}").main
    assert "Stel iets voor als gemeente" not in links
    assert "Voeg voorstellen samen" not in links
    assert "Alle voorstellen als tabel" not in links
    for end in ("van-de-gemeente", "invoeren", "overnemen"):
        clerk.get(f"/griffie/trajecten/{process.id}/voorstellen/{end}", status=409)


@pytest.mark.parametrize("kind", [PhaseKind.COLLECT, PhaseKind.SUPPORT])
def test_the_griffie_is_led_to_it_where_there_is_a_phase_for_proposals(log_in, store, kind):
    process = ProcessFactory(phase=kind)
    links = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}").main
    assert "Stel iets voor als gemeente" in links


def test_residents_cannot_enter_one(log_in, process):
    address = f"/griffie/trajecten/{process.id}/voorstellen/van-de-gemeente"
    page = log_in(ResidentFactory()).get(address, status=403)
    assert "Publiceer dit voorstel" not in page.text
