"""A poll as a resident meets it, from reading to the receipt."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participatie.votes.models.arrivals import AwaitedVote
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from tests.factories import LONG_AGO, ClerkFactory, ProcessFactory, ResidentFactory, soon
from tests.pages import text_of
from tests.votes.polls import ONE, OPEN, ORDER, POINTS, SEVERAL
from tests.votes.steps import make_round

CAST = "Breng mijn stem uit"
CHECK = "Controleer uw stembiljet"
RECEIVED = "Uw stem is opgeslagen"


def rows(store, model):
    return store.scalar(select(func.count()).select_from(model))


def fill_in(browser, vote, **answers):
    return browser.get(f"/stemmingen/{vote.id}/stembiljet").press(CHECK, **answers)


def vote_for(browser, vote, **answers):
    return fill_in(browser, vote, **answers).press(CAST)


def code_on(page):
    (code,) = page.all("p", class_="p-code")
    return text_of(code)


# Reading


def test_a_visitor_reads_what_is_asked_and_what_the_vote_is_worth(client, poll):
    vote = poll(
        ONE,
        SEVERAL,
        who_decides="De gemeenteraad beslist. Uw stem is een advies.",
        minimum_age=16,
        grade=Grade.LIGHT,
    )
    page = client.get(f"/stemmingen/{vote.id}")
    for words in ("Wilt u een bankje?", "Appel", "U mag 2 antwoorden kiezen", "De gemeenteraad"):
        assert words in page.main
    assert "16 jaar of ouder" in page.main
    assert "Licht: het systeem sluit" in page.main
    assert "met hun controlecode" in page.main


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"state": RoundState.DRAFT, "opened_at": None, "rules_hash": "0" * 64}, "stemmen vanaf"),
        ({"closes_at": soon(seconds=-1)}, "Wij tellen de stemmen"),
        ({"state": RoundState.CLOSED, "closed_at": LONG_AGO}, "Wij tellen de stemmen"),
        ({"state": RoundState.BROKEN_OFF, "broken_off_at": LONG_AGO}, "Er wordt niets geteld"),
    ],
)
def test_outside_its_time_a_vote_can_be_read_only(client, poll, settings, words):
    vote = poll(**settings)
    page = client.get(f"/stemmingen/{vote.id}")
    assert words in page.text
    assert "Vul uw stembiljet in" not in page.links()
    assert client.raw.get(f"/stemmingen/{vote.id}/stembiljet").status_code == 409


def test_what_is_being_set_up_is_not_there(client, poll):
    hidden = poll(state=RoundState.DRAFT, opened_at=None)
    elsewhere = poll(process_id=ProcessFactory(published_at=None).id)
    for vote in (hidden, elsewhere):
        for page in ("", "/stembiljet", "/controleer"):
            client.get(f"/stemmingen/{vote.id}{page}", status=404)
    assert "Het park" not in client.get("/stemmingen").main


def test_the_list_says_where_each_vote_stands(client, poll):
    poll(title="Het park")
    assert "U kunt nu stemmen" in client.get("/stemmingen").main


def test_the_list_names_the_vote_of_a_budget_too_and_begins_with_what_is_open(client, poll):
    make_round(title="Begroting Oost", process_id=ProcessFactory().id, opens_at=LONG_AGO)
    make_round(title="Nog geheim", process_id=ProcessFactory(published_at=None).id)
    make_round(title="Van niemand")
    poll(title="Het park", state=RoundState.CLOSED, closed_at=LONG_AGO)
    main = client.get("/stemmingen").main
    assert main.index("Begroting Oost") < main.index("Het park")
    assert "Nog geheim" not in main
    assert "Van niemand" not in main


def test_what_closes_first_stands_first_in_the_list(client, poll):
    for days, title in ((9, "Als laatste"), (2, "Als eerste"), (5, "Daartussen")):
        poll(title=title, closes_at=soon(days=days))
    main = client.get("/stemmingen").main
    assert main.index("Als eerste") < main.index("Daartussen") < main.index("Als laatste")


# Voting


def test_who_changes_a_vote_never_reads_that_they_have_not_voted(resident, poll):
    vote, browser = poll(), resident()
    vote_for(browser, vote, **{"q.v1": "v1a"})
    ballot = browser.get(f"/stemmingen/{vote.id}/stembiljet")
    check = ballot.press(CHECK, **{"q.v1": "v1b"})
    for page in (ballot, check):
        assert "Uw nieuwe stembiljet telt nog niet." in page.text
        assert "U hebt nog niet gestemd" not in page.text


def test_a_vote_of_every_kind_goes_from_ballot_to_receipt(store, resident, poll):
    vote, browser = poll(ONE, SEVERAL, ORDER, POINTS, OPEN), resident()
    page = browser.get(f"/stemmingen/{vote.id}/stembiljet")
    page = page.press("Zet in mijn volgorde Beuk").press("Zet in mijn volgorde Appel")
    page = page.press("Omhoog Appel")
    assert "“Appel” staat één plaats hoger." in page.main
    page = page.press(
        CHECK, **{"q.v1": "v1a", "q.v2": "v2b", "p.v4.v4c": "7", "q.v5": "Meer groen"}
    )
    assert page.h1 == "Controleer uw stembiljet"
    assert [text_of(li) for li in page.all("ol")[-1].iter("li")] == ["Appel", "Beuk"]
    assert "Conifeer: 7 punten" in page.main
    assert "Meer groen" in page.main
    assert rows(store, Ballot) == 0
    page = page.press(CAST)
    assert page.h1 == RECEIVED
    assert len(code_on(page).split()) == 5
    assert (rows(store, Ballot), rows(store, VoteDraft)) == (1, 0)


def test_an_answer_that_does_not_fit_comes_back_with_what_to_change(store, resident, poll):
    vote = poll(ONE, POINTS, OPEN)
    page = fill_in(resident(), vote, **{"p.v4.v4a": "12", "q.v5": "Mijn eigen woorden"})
    assert page.status == 422
    assert page.errors() == [
        "Kies een antwoord.",
        "U gaf 12 punten. U hebt er 10. Haal er 2 weg.",
    ]
    assert page.fields_with_errors() == [ONE["title"], POINTS["title"]]
    assert "Mijn eigen woorden" in page.html
    assert page.all("input", name="p.v4.v4a")[0].get("value") == "12"
    assert rows(store, Ballot) == 0


def test_a_ballot_without_any_answer_comes_back(resident, poll):
    page = fill_in(resident(), poll(SEVERAL, OPEN))
    assert page.errors() == ["Uw stembiljet is nog leeg. Beantwoord minstens één vraag."]


def test_a_visitor_fills_in_first_and_logs_in_at_the_check(client, poll):
    vote = poll()
    page = fill_in(client, vote, **{"q.v1": "v1b"})
    assert page.response.request.path == "/inloggen"
    assert "checked" in client.get(f"/stemmingen/{vote.id}/stembiljet").html


def test_what_a_visitor_filled_in_goes_along_with_the_log_in(store, app, client, poll, log_in):
    vote = poll()
    fill_in(client, vote, **{"q.v1": "v1b"})
    with client.raw.session_transaction() as before:
        token = before["draft_owner"]
    browser = log_in(ResidentFactory(), vote_pseudonym="v1$vote", draft_owner=token)
    page = browser.get(f"/stemmingen/{vote.id}/overzicht")
    assert "Beuk" in page.main
    assert rows(store, VoteDraft) == rows(store, AwaitedVote) == 1
    assert page.press(CAST).h1 == RECEIVED
    assert rows(store, VoteDraft) == 0
    assert rows(store, AwaitedVote) == 1, "who is about to vote hears later that it arrived"


def test_what_is_filled_in_is_there_on_another_device(store, resident, poll):
    vote, account = poll(), ResidentFactory()
    fill_in(resident(account=account), vote, **{"q.v1": "v1c"})
    other = resident(account=account).get(f"/stemmingen/{vote.id}/overzicht")
    assert "nog niet gestemd" in other.text
    assert "Conifeer" in other.main


def test_nobody_sees_what_another_filled_in(resident, poll):
    vote = poll()
    fill_in(resident(), vote, **{"q.v1": "v1c"})
    page = resident("v1$twee").get(f"/stemmingen/{vote.id}/stembiljet")
    assert not [field for field in page.all("input", type="radio") if field.get("checked")]


def test_who_changes_a_vote_starts_empty_and_gets_a_new_code(store, resident, poll):
    vote, browser = poll(), resident()
    first = code_on(vote_for(browser, vote, **{"q.v1": "v1a"}))
    page = browser.get(f"/stemmingen/{vote.id}/stembiljet")
    assert "Wij kunnen uw vorige stem niet zien" in page.main
    assert not [field for field in page.all("input", type="radio") if field.get("checked")]
    second = code_on(page.press(CHECK, **{"q.v1": "v1b"}).press(CAST))
    assert first != second
    assert (rows(store, Roll), rows(store, Ballot)) == (1, 2)


def test_pressing_twice_is_voting_once_with_the_same_code(store, resident, poll):
    vote, browser = poll(), resident()
    page = fill_in(browser, vote, **{"q.v1": "v1a"})
    codes = {code_on(page.press(CAST)) for _ in range(2)}
    assert len(codes) == 1
    assert rows(store, Ballot) == 1


def test_a_ballot_changed_in_another_tab_is_not_cast_under_the_old_check(store, resident, poll):
    vote, browser = poll(), resident()
    old = fill_in(browser, vote, **{"q.v1": "v1a"})
    fill_in(browser, vote, **{"q.v1": "v1b"})
    (press,) = old.all("input", name="press")
    sent = {
        "press": press.get("value"),
        "csrf_token": old.all("input", name="csrf_token")[-1].get("value"),
    }
    page = browser.post(f"/stemmingen/{vote.id}/stem", data=sent, status=409)
    assert "Uw lijst is veranderd" in page.text
    assert rows(store, Ballot) == 0


@pytest.mark.parametrize("press", ["", "1", "00000000-0000-0000-0000-000000000000"])
def test_a_press_of_nobody_is_refused(store, resident, poll, press):
    vote, browser = poll(), resident()
    page = fill_in(browser, vote, **{"q.v1": "v1a"})
    token = page.all("input", name="csrf_token")[-1].get("value")
    sent = {"press": press, "csrf_token": token}
    browser.post(f"/stemmingen/{vote.id}/stem", data=sent, status=409)
    assert rows(store, Ballot) == 0


def test_without_a_ballot_there_is_nothing_to_check(resident, poll):
    page = resident().get(f"/stemmingen/{poll().id}/overzicht")
    assert page.h1 == "Vul uw stembiljet in"


def test_who_works_here_cannot_vote(log_in, poll):
    vote = poll()
    page = log_in(ClerkFactory()).get(f"/stemmingen/{vote.id}/overzicht", status=403)
    assert "kunt u niet stemmen" in page.text


def test_after_logging_out_the_receipt_is_gone(client, resident, poll):
    vote, browser = poll(), resident()
    page = vote_for(browser, vote, **{"q.v1": "v1a"})
    assert page.response.headers["Cache-Control"] == "no-store"
    page.press("Klaar: log uit en wis dit scherm")
    assert browser.get(f"/stemmingen/{vote.id}/ontvangen").h1 == "Het park"


@pytest.mark.parametrize(
    ("publication", "words"),
    [
        (Publication.CODES, "Wie deze code heeft, kan na de sluiting zien wat u stemde."),
        (Publication.CHOICES, "De code verraadt niet wat u stemde."),
        (Publication.COUNTS, "De code verraadt niet wat u stemde."),
    ],
)
def test_the_receipt_says_what_the_code_tells(resident, poll, publication, words):
    page = vote_for(resident(), poll(publication=publication), **{"q.v1": "v1a"})
    assert words in page.main
    assert "Kwijt? Uw stem telt gewoon." in page.main
    assert "Appel" not in page.main


def test_the_order_of_options_is_another_for_each_voter_and_stays(resident, poll):
    vote = poll()

    def order(browser):
        page = browser.get(f"/stemmingen/{vote.id}/stembiljet")
        return [field.get("value") for field in page.all("input", type="radio")]

    browsers = [resident(f"v1${n}") for n in range(12)]
    orders = [order(browser) for browser in browsers]
    assert [order(browser) for browser in browsers] == orders
    assert len({tuple(one) for one in orders}) > 1
    still = poll({**ONE, "shuffles": False})
    page = browsers[0].get(f"/stemmingen/{still.id}/stembiljet")
    assert [f.get("value") for f in page.all("input", type="radio")] == ["v1a", "v1b", "v1c"]
