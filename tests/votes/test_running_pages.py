"""The pages on which two people run a vote."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.identity.rules import Role
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.board import CountFault
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.board import FaultKind
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.services import counting
from tests.factories import LONG_AGO, ClerkFactory, OptionFactory, RoundFactory, SecondFactory
from tests.pages import text_of

pytestmark = pytest.mark.database


@pytest.fixture
def people(store):
    """Karin the clerk, Olga the second person, Pieter the substitute."""
    return (
        ClerkFactory(public_name="Karin Smit"),
        SecondFactory(public_name="Olga Brandt"),
        ClerkFactory(roles=[Role.CLERK, Role.SECOND], public_name="Pieter Kok"),
    )


def a_round(people, **settings):
    names = ("clerk_id", "second_id", "substitute_id")
    ids = dict(zip(names, (one.id for one in people), strict=True))
    made = RoundFactory(grade=Grade.COMMON, **ids, **settings)
    for code in ("a", "b"):
        OptionFactory(round_id=made.id, code=code, title=f"Plan {code}")
    return made


@pytest.fixture
def closed(people):
    return a_round(people, state=RoundState.CLOSED, closed_at=LONG_AGO)


def state_of(store, vote_round):
    store.expire_all()
    return store.scalars(select(VoteRound.state).where(VoteRound.id == vote_round.id)).one()


def waiting(store):
    return store.scalars(select(VoteAct).order_by(VoteAct.id.desc())).first()


def test_a_vote_is_counted_and_published_by_two_people(app, store, log_in, people, closed):
    karin, olga = log_in(people[0]), log_in(people[1])
    page = karin.get(f"/griffie/stemmingen/{closed.id}")
    assert "Laat de stemmen tellen, met twee mensen." in page.main
    page = page.follow("De stemmen laten tellen …").press("Vraag een tweede persoon")
    assert "Een tweede persoon moet kijken" in page.main
    page = olga.get("/tweede-persoon")
    page = page.follow(f"De stemmen laten tellen: {closed.title}")
    assert "Karin Smit" in page.main
    address = f"/tweede-persoon/{waiting(store).id}"
    assert "Er wacht niets op u" in page.press("Bevestig").main
    assert "Dit is bevestigd op" in olga.get(address).main
    with app.app_context():
        counting.tally(closed.id, keys=app.extensions["vote_keys"], now=LONG_AGO)
        db.session.commit()
    page = karin.get(f"/griffie/stemmingen/{closed.id}").follow("De uitslag publiceren …")
    assert page.press("Vraag een tweede persoon").errors() == ["Kies wat u publiceert."]
    page.press("Vraag een tweede persoon", kind="final")
    page = olga.get(f"/tweede-persoon/{waiting(store).id}")
    assert "Er zijn 0 stembiljetten geteld." in page.main
    assert "De definitieve uitslag" in page.main
    page.press("Bevestig")
    assert state_of(store, closed) is RoundState.PUBLISHED
    assert "Versie 1, definitief" in karin.get(f"/griffie/stemmingen/{closed.id}").main


def test_a_result_that_comes_at_a_later_moment_is_nobodys_next_step(
    app, store, log_in, people, closed
):
    karin, olga = log_in(people[0]), log_in(people[1])
    karin.get(f"/griffie/stemmingen/{closed.id}/stap/finalise").press("Vraag een tweede persoon")
    olga.get(f"/tweede-persoon/{waiting(store).id}").press("Bevestig")
    with app.app_context():
        counting.tally(closed.id, keys=app.extensions["vote_keys"], now=LONG_AGO)
        db.session.commit()
    form = karin.get(f"/griffie/stemmingen/{closed.id}/stap/publish")
    form.press("Vraag een tweede persoon", kind="final", at="2099-01-05T09:00")
    olga.get(f"/tweede-persoon/{waiting(store).id}").press("Bevestig")
    page = karin.get(f"/griffie/stemmingen/{closed.id}")
    assert "Vanzelf, op maandag 5 januari 2099, 09.00 uur." in page.main
    assert "De stemming sloot op" in page.main
    assert not {"De uitslag publiceren", "De uitslag publiceren …"} & {*page.links()}
    assert state_of(store, closed) is RoundState.COUNTED


def test_the_second_person_says_why_something_is_not_right(store, log_in, people, closed):
    karin, olga = log_in(people[0]), log_in(people[1])
    form = karin.get(f"/griffie/stemmingen/{closed.id}/stap/finalise")
    form.press("Vraag een tweede persoon")
    address = f"/tweede-persoon/{waiting(store).id}"
    page = olga.get(address).press("Klopt niet")
    assert page.errors() == ["Schrijf op wat er niet klopt."]
    olga.get(address).press("Klopt niet", reason="Er ligt nog papier aan de balie.")
    page = karin.get(f"/griffie/stemmingen/{closed.id}")
    assert "Olga Brandt: Er ligt nog papier aan de balie." in page.main
    assert "Er ligt nog papier" in olga.get(address).main


def test_who_asked_can_only_take_it_back(store, log_in, people, closed):
    karin = log_in(people[0])
    karin.get(f"/griffie/stemmingen/{closed.id}/stap/finalise").press("Vraag een tweede persoon")
    page = karin.get(f"/tweede-persoon/{waiting(store).id}")
    assert "Bevestig" not in [text_of(button) for button in page.all("button")]
    page.press("Trek het in", reason="Vergissing.")
    assert "De stemmen laten tellen …" in karin.get(f"/griffie/stemmingen/{closed.id}").links()


def test_a_second_person_sees_only_what_waits(log_in, people, closed):
    olga, other = log_in(people[1]), log_in(SecondFactory())
    assert "Er wacht niets op u" in olga.get("/tweede-persoon").main
    for path in ("/griffie", "/griffie/stemmingen", f"/griffie/stemmingen/{closed.id}"):
        assert olga.raw.get(path).status_code == 403
    assert "Er wacht niets op u" in other.get("/tweede-persoon").main


def test_an_open_vote_closes_later_with_a_reason(store, log_in, people):
    vote_round, karin = a_round(people), log_in(people[0])
    form = karin.get(f"/griffie/stemmingen/{vote_round.id}/stap/extend")
    empty = form.press("De stemming later sluiten", until="", reason="")
    assert empty.fields_with_errors() == [
        "Tot wanneer kunnen mensen stemmen?",
        "Waarom? Iedereen kan dit lezen",
    ]
    page = form.press(
        "De stemming later sluiten", until="2099-01-01T12:00", reason="Storing bij de log-in."
    )
    assert page.errors() == [
        "Kies een moment na de sluitingstijd van nu. Een stemming sluit nooit eerder."
    ]
    assert "2099-01-01T12:00" in page.html
    form.press(
        "De stemming later sluiten", until="2100-02-01T12:00", reason="Storing bij de log-in."
    )
    assert state_of(store, vote_round) is RoundState.OPEN


def test_a_vote_that_was_broken_off_says_so_where_it_would_have_closed(log_in, people):
    ended = {"state": RoundState.BROKEN_OFF, "broken_off_at": LONG_AGO}
    vote_round, karin = a_round(people, **ended), log_in(people[0])
    sheet = karin.get(f"/griffie/stemmingen/{vote_round.id}/draaiboek").main
    assert "De stemming is afgebroken op" in sheet
    assert "Vanzelf: mensen kunnen stemmen tot" not in sheet


def test_a_draft_names_three_people(store, log_in, people):
    vote_round = a_round(people, state=RoundState.DRAFT, opened_at=None)
    karin = log_in(people[0])
    form = karin.get(f"/griffie/stemmingen/{vote_round.id}").follow("Kies wie de stemming sluit")
    page = form.press("Bewaar", second=str(people[0].id))
    assert page.errors() == ["Noem drie verschillende mensen."]
    page = form.press("Bewaar", second="0")
    assert page.errors() == ["Kies een persoon."]
    form.press("Bewaar", second=str(people[1].id))
    assert "Olga Brandt" in karin.get(f"/griffie/stemmingen/{vote_round.id}").main


def test_the_page_of_a_draft_leads_to_its_set_up(store, log_in, people, poll):
    draft = poll(state=RoundState.DRAFT, opened_at=None)
    page = log_in(people[0]).get(f"/griffie/stemmingen/{draft.id}").follow("De opzet")
    assert page.response.request.path == f"/griffie/stemmingen/{draft.id}/opzet"


def test_the_team_reads_why_a_vote_cannot_be_counted(store, log_in, people, closed):
    fault = {"kind": FaultKind.BALLOT_CHANGED, "seq": 7, "found_at": LONG_AGO}
    store.add(CountFault(round_id=closed.id, **fault))
    store.commit()
    page = log_in(people[0]).get("/griffie")
    page = page.follow(f"“{closed.title}” kan niet worden geteld")
    assert "Deze stemmen kunnen niet worden geteld" in page.main
    assert f"Noem stemming {closed.id} en deze code: {FaultKind.BALLOT_CHANGED} · 7" in page.main
    assert "De volgende stap" not in page.main
    assert "De stemmen worden geteld Staat stil" in page.main


@pytest.mark.parametrize("kind", FaultKind)
def test_each_fault_of_a_ballot_box_is_told_in_words(store, log_in, people, closed, kind):
    store.add(CountFault(round_id=closed.id, kind=kind, seq=None, found_at=LONG_AGO))
    store.commit()
    page = log_in(people[0]).get(f"/griffie/stemmingen/{closed.id}")
    assert re.search("(Een|In een) stem .* Het programma vond dat op", page.main)
