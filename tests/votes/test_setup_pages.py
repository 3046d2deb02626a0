"""Setting up a vote as a clerk does it, without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participatie.core.clock import AMSTERDAM
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind, midnight
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from tests.factories import LONG_AGO, ClerkFactory, ProcessFactory, ResidentFactory, soon
from tests.pages import text_of
from tests.votes.polls import ONE, OPEN, POINTS, SEVERAL

KEEP = "Bewaar deze stemming"
OPEN_IT = "Leg de regels vast en open de stemming"


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def draft(poll):
    """`draft(*questions, **settings)` is a vote that is being set up."""

    def make(*questions, **settings):
        return poll(*questions, state=RoundState.DRAFT, opened_at=None, **settings)

    return make


def order(page):
    items = page.all("li", class_="p-order__item")
    return [text_of(next(item.iter("a"))).split(" ")[0] for item in items]


def begin(clerk, **fields):
    page = clerk.get("/griffie/stemmingen/opzet").follow("Nieuwe stemming")
    return page.press(KEEP, **{"title": "Het plein", "question": "Wilt u een bankje?", **fields})


def test_from_nothing_to_an_open_vote_a_clerk_answers_three_questions(store, clerk, client):
    page = begin(clerk)
    assert page.h1 == "Het plein"
    assert "Ja · Nee · Geen mening" in page.main
    vote = store.scalars(select(VoteRound)).one()
    assert (vote.grade, vote.publication) == (Grade.LIGHT, Publication.COUNTS)
    client.get(f"/stemmingen/{vote.id}", status=404)
    page = page.press(OPEN_IT)
    assert "De regels staan vast" in page.main
    assert OPEN_IT not in page.main
    assert client.get(f"/stemmingen/{vote.id}").h1 == "Het plein"
    assert "In voorbereiding" not in clerk.get("/griffie/stemmingen/opzet").main


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(store, clerk):
    page = begin(clerk, title="", closes_at="2020-01-01T16:00")
    assert page.status == 422
    assert page.errors() == ["Geef de stemming een naam."]
    assert page.all("input", name="question")[0].get("value") == "Wilt u een bankje?"
    page = begin(clerk, closes_at="2020-01-01T16:00")
    assert page.errors() == ["Een stemming sluit na de opening."]
    page = begin(clerk, kind="open", options="Ja")
    assert page.fields_with_errors() == ["Waaruit kunnen zij kiezen? Eén antwoord op elke regel"]
    assert store.scalars(select(VoteRound)).all() == []


def test_the_times_are_those_of_the_netherlands(store, clerk):
    begin(clerk, opens_at="2030-07-01T09:00", closes_at="2030-07-22T16:00")
    vote = store.scalars(select(VoteRound)).one()
    assert vote.opens_at.isoformat() == "2030-07-01T07:00:00+00:00"
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/gegevens")
    assert page.all("input", name="opens_at")[0].get("value") == "2030-07-01T09:00"


def test_closing_at_night_is_asked_about_and_not_refused(store, clerk):
    page = begin(clerk, opens_at="2030-07-01T09:00", closes_at="2030-07-22T23:59")
    assert "valt buiten kantooruren" in page.main
    assert OPEN_IT in page.text


@pytest.mark.parametrize(
    ("closes_at", "said"),
    [
        ("2031-01-01T12:00", "woensdag 1 januari 2031, 12.00 uur valt op Nieuwjaarsdag."),
        ("2031-04-14T12:00", "maandag 14 april 2031, 12.00 uur valt op Pasen."),
        ("2031-04-26T12:00", "zaterdag 26 april 2031, 12.00 uur valt op Koningsdag."),
        ("2031-06-07T12:00", "zaterdag 7 juni 2031, 12.00 uur valt buiten kantooruren."),
    ],
)
def test_closing_on_a_holiday_or_in_a_weekend_is_asked_about(clerk, closes_at, said):
    page = begin(clerk, opens_at="2030-12-02T09:00", closes_at=closes_at)
    assert f"Let op: {said} Is er dan iemand, als er iets misgaat?" in page.main
    assert page.main.count("Let op:") == 1


def test_a_vote_is_put_with_a_process_and_said_otherwise(store, clerk, draft):
    process, vote = ProcessFactory(title="Het Havenplein"), draft()
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/opzet").follow("Verander de stemming")
    page = page.press("Bewaar", title="De haven", of_process=str(process.id), grade="gewoon")
    assert page.h1 == "De haven"
    assert "Gewoon: twee mensen sluiten" in page.main
    assert store.scalars(select(VoteRound.process_id)).one() == process.id


def test_a_vote_made_from_a_process_is_proposed_on_the_days_of_its_phase(clerk):
    first = soon(days=40).astimezone(AMSTERDAM).date()
    last = first + timedelta(days=12)
    vote = Phase(
        kind=PhaseKind.VOTE,
        title="Stemmen",
        starts_at=midnight(first),
        ends_at=midnight(last + timedelta(days=1)),
    )
    process = ProcessFactory(phases=[vote], published_at=None)
    page = clerk.get(f"/griffie/stemmingen/nieuw?process_id={process.id}")
    assert page.all("input", name="opens_at")[0].get("value") == f"{first}T09:00"
    assert page.all("input", name="closes_at")[0].get("value") == f"{last}T16:00"


def test_a_process_in_the_archive_gets_no_new_vote_and_keeps_its_own(clerk, draft):
    vote = draft(process_id=ProcessFactory(title="Het oude plein", archived_at=LONG_AGO).id)
    assert "Het oude plein" not in clerk.get("/griffie/stemmingen/nieuw").main
    assert "Het oude plein" in clerk.get(f"/griffie/stemmingen/{vote.id}/gegevens").main


def test_what_must_be_mended_stands_in_a_list_that_leads_there(clerk, draft):
    vote = draft({**SEVERAL, "maximum": 9}, grade=Grade.COMMON)
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/opzet")
    assert OPEN_IT not in page.text
    (fault,) = [link for link in page.links() if "hoogste" in link or "hoogstens" in link.lower()]
    page = page.follow(fault)
    assert page.h1 == "Verander de vraag"
    page = page.press("Bewaar", most="2")
    assert "Nog niet." in page.main, "nobody is named to close it"


def test_opening_what_is_not_ready_opens_nothing(store, clerk, draft):
    vote = draft({**SEVERAL, "maximum": 9})
    token = clerk.get("/griffie/stemmingen/nieuw").all("input", name="csrf_token")[0].get("value")
    page = clerk.post(f"/griffie/stemmingen/{vote.id}/open", data={"csrf_token": token})
    assert "De stemming is nog niet klaar." in page.text
    assert store.scalars(select(VoteRound.rules_hash)).one() is None


def test_what_is_missing_of_a_new_vote_is_told_in_the_order_of_the_page(clerk):
    page = clerk.get("/griffie/stemmingen/nieuw")
    page = page.press("Bewaar deze stemming", opens_at="", closes_at="")
    assert page.status == 422
    assert page.fields_with_errors() == [
        "Naam van de stemming",
        "Wat vraagt u?",
        "Vanaf wanneer kunnen mensen stemmen?",
        "Tot wanneer kunnen mensen stemmen?",
    ]


def test_questions_are_added_moved_and_removed(clerk, draft):
    vote = draft()
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/opzet").follow("Voeg een vraag toe")
    page = page.press(
        "Voeg deze vraag toe", question="Kleur?", kind="multiple", options="Rood\n\nGroen\nBlauw"
    )
    assert page.h1 == "Verander de vraag"
    assert order(page) == ["Rood", "Groen", "Blauw"]
    page = page.press("Bewaar", title="Kleur?", most="2")
    assert order(page) == ["Wilt", "Kleur?"]
    page = page.press("Omhoog Kleur?")
    assert order(page) == ["Kleur?", "Wilt"]
    page = page.press("Haal weg Wilt u een bankje?")
    assert order(page) == ["Kleur?"]


def test_answers_are_added_named_moved_and_removed(clerk, draft):
    vote = draft()
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/vragen/v1")
    page = page.follow("Voeg antwoorden toe").press("Voeg toe", options="Den\nEik")
    assert order(page) == ["Appel", "Beuk", "Conifeer", "Den", "Eik"]
    page = page.press("Omhoog Eik").press("Haal weg Beuk")
    assert order(page) == ["Appel", "Conifeer", "Eik", "Den"]
    page = page.follow("Eik").press("Bewaar", title="Es", text="Een boom.")
    assert order(page) == ["Appel", "Conifeer", "Es", "Den"]
    assert "Een boom." in page.main
    page = page.follow("Voeg antwoorden toe").press("Voeg toe", options="Es")
    assert page.errors() == ["«Es» staat er twee keer. Haal er één weg."]
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/vragen/v1").follow("Es")
    assert page.press("Bewaar", title="Den").errors() == [
        "«Den» staat er twee keer. Haal er één weg."
    ]


def test_each_kind_asks_only_what_it_needs(clerk, draft):
    vote = draft(ONE, SEVERAL, POINTS, OPEN)
    asked = {
        code: {
            field
            for field in ("may_skip", "least", "most", "shuffles")
            if page.all("input", name=field)
        }
        for code in ("v1", "v2", "v4", "v5")
        if (page := clerk.get(f"/griffie/stemmingen/{vote.id}/vragen/{code}"))
    }
    assert asked == {
        "v1": {"may_skip", "shuffles"},
        "v2": {"may_skip", "least", "most", "shuffles"},
        "v4": {"may_skip", "most", "shuffles"},
        "v5": {"may_skip", "most"},
    }


def test_numbers_that_do_not_fit_come_back(clerk, draft):
    vote = draft(SEVERAL, POINTS)
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/vragen/v2")
    page = page.press("Bewaar", may_skip=None, least="3", most="2")
    assert page.errors() == [
        "Dit is minder dan een kiezer minstens moet kiezen. Vul een hoger getal in."
    ]
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/vragen/v4").press("Bewaar", most="")
    assert page.errors() == ["Vul in hoeveel punten elke kiezer heeft."]


def test_a_vote_is_thrown_away_after_asking_once(store, clerk, draft):
    vote = draft()
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/opzet").follow("Gooi deze stemming weg")
    page = page.press("Gooi weg")
    assert "De stemming is weggegooid." in page.text
    assert store.scalars(select(VoteRound)).all() == []


def test_what_is_open_is_not_changed_and_leads_to_its_page(clerk, poll):
    vote = poll()
    assert clerk.get(f"/griffie/stemmingen/{vote.id}/opzet").response.request.path == (
        f"/griffie/stemmingen/{vote.id}/draaiboek"
    )
    clerk.get(f"/griffie/stemmingen/{vote.id}/gegevens", status=409)


@pytest.mark.parametrize("path", ["vragen/v9", "antwoorden/v9a"])
def test_what_is_not_on_the_ballot_is_not_there(clerk, draft, path):
    clerk.get(f"/griffie/stemmingen/{draft().id}/{path}", status=404)


def test_a_resident_sees_nothing_of_it(log_in, draft):
    vote = draft()
    for path in ("", "/nieuw", f"/{vote.id}"):
        log_in(ResidentFactory()).get(f"/griffie/stemmingen{path}", status=403)
