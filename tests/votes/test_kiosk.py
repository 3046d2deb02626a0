"""Voting alone on a tablet of the municipality, one voter after another."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from participatie.core.clock import now
from participatie.identity.rules import Role
from participatie.votes.models.board import BoardCounter
from participatie.votes.rules.letter_codes import groups
from participatie.votes.rules.rounds import RollKind, RoundState
from participatie.votes.rules.stages import KIOSK_GONE_AFTER, is_left_alone
from tests.factories import ClerkFactory, bound_keys
from tests.votes.polls import make_poll
from tests.votes.test_letter_pages import print_letters


@pytest.fixture
def letters(store, log_in):
    """An open poll with two letters; the poll and their codes."""
    vote = make_poll(store, state=RoundState.DRAFT, opened_at=None, roll_kind=RollKind.CODES)
    codes, _ = print_letters(log_in(ClerkFactory()), vote)
    seal, head = bound_keys().make(vote.id)
    store.add(BoardCounter(round_id=vote.id, size=0))
    store.execute(
        text(
            "UPDATE vote_round SET state = 'open', opened_at = opens_at, seal_public = :seal,"
            " head_public = :head, rules_hash = repeat('0', 64) WHERE id = :id"
        ),
        {"id": vote.id, "seal": seal, "head": head},
    )
    store.commit()
    return vote, codes


@pytest.fixture
def tablet(log_in, letters):
    """The browser that somebody of the desk turned into a kiosk."""
    vote, _ = letters
    browser = log_in(ClerkFactory(roles=[Role.DESK], public_name="Quirine"))
    desk = browser.get(f"/balie/{vote.id}").follow("Laat mensen stemmen op deze tablet")
    desk.press("Begin op deze tablet")
    return browser


def enter(tablet, code):
    return tablet.get("/stemtablet").press("Ga verder", code=groups(code))


def test_a_voter_votes_and_leaves_an_empty_screen(tablet, letters):
    vote, (code, other) = letters
    assert enter(tablet, code).h1 == vote.title
    ballot = tablet.get(f"/stemmingen/{vote.id}/stembiljet")
    checked = ballot.press("Controleer uw stembiljet", **{"q.v1": "v1a"})
    received = checked.press("Breng mijn stem uit")
    assert received.h1 == "Uw stem is opgeslagen"
    after = received.press("Klaar: log uit en wis dit scherm")
    assert after.h1 == "Stem op deze tablet"
    assert tablet.get(f"/stemmingen/{vote.id}/ontvangen").h1 == "Stem op deze tablet"
    assert enter(tablet, other).h1 == vote.title


def test_the_desk_is_logged_out_and_no_page_leads_away(tablet, letters):
    vote, (code, _) = letters
    start = tablet.get("/stemtablet")
    assert set(start.links()) == {"Ga naar de inhoud"}
    for path in ("/", "/balie", "/stemmingen", "/inloggen", "/voorstellen"):
        assert tablet.get(path).h1 == "Stem op deze tablet"
    enter(tablet, code)
    assert tablet.get("/balie").h1 == vote.title


def test_on_every_page_stands_what_a_helper_sees(tablet, letters):
    vote, (code, _) = letters
    enter(tablet, code)
    for path in ("", "/stembiljet"):
        page = tablet.get(f"/stemmingen/{vote.id}{path}")
        assert "Wie u helpt, ziet wat u stemt." in page.text
        assert page.all("div", role="alertdialog")


def test_who_stops_leaves_nothing(tablet, letters):
    vote, (code, _) = letters
    enter(tablet, code)
    page = tablet.get(f"/stemmingen/{vote.id}").press("Stop en wis dit scherm")
    assert page.h1 == "Stem op deze tablet"
    assert tablet.get(f"/stemmingen/{vote.id}/stembiljet").h1 == "Stem op deze tablet"


def test_who_comes_to_a_screen_that_was_left_begins_anew(tablet, letters):
    vote, (code, _) = letters
    enter(tablet, code)
    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        assert tablet.get(f"/stemmingen/{vote.id}/stembiljet").h1 == "Stem op deze tablet"


def test_a_kiosk_is_left_alone_some_time_after_it_should_have_cleared_itself():
    assert not is_left_alone(0.0, KIOSK_GONE_AFTER)
    assert is_left_alone(0.0, 2 * KIOSK_GONE_AFTER)


def test_a_code_of_another_vote_is_told(tablet, store, log_in):
    elsewhere = make_poll(store, state=RoundState.DRAFT, opened_at=None, roll_kind=RollKind.CODES)
    codes, _ = print_letters(log_in(ClerkFactory()), elsewhere)
    page = enter(tablet, codes[0])
    assert page.errors() == ["Deze code is voor een andere stemming. Vraag een medewerker om hulp."]


def test_a_tablet_becomes_an_ordinary_browser_again(tablet):
    page = tablet.get("/stemtablet").press("Stop met stemmen op deze tablet")
    assert page.h1 == "Vul uw code in"
    assert tablet.raw.get("/balie").location.startswith("/inloggen")


def test_a_vote_that_is_not_open_has_no_kiosk(log_in, store):
    closed = make_poll(store, state=RoundState.CLOSED, closed_at=make_poll(store).opens_at)
    log_in(ClerkFactory()).get(f"/balie/{closed.id}/stemtablet", status=409)


# With a log-in


@pytest.fixture
def vote(store):
    return make_poll(store)


@pytest.fixture
def login_tablet(log_in, vote):
    browser = log_in(ClerkFactory(roles=[Role.DESK]))
    desk = browser.get(f"/balie/{vote.id}").follow("Laat mensen stemmen op deze tablet")
    desk.press("Begin op deze tablet")
    return browser


def log_in_at(tablet, person):
    chosen = tablet.get("/stemtablet").press("Log in om te stemmen")
    return chosen.press("Log in als deze persoon", person=person)


def test_who_logs_in_at_a_tablet_votes_and_leaves_nobody_logged_in(app, login_tablet, vote):
    assert login_tablet.get("/stemtablet").all("input", name="code")  # the desk may give letters
    for person in ("annie", "bilal"):
        assert log_in_at(login_tablet, person).h1 == vote.title
        assert login_tablet.get("/mijn/gegevens").h1 == vote.title
        number = login_tablet.raw.get_cookie("session").value
        ballot = login_tablet.get(f"/stemmingen/{vote.id}/stembiljet")
        checked = ballot.press("Controleer uw stembiljet", **{"q.v1": "v1a"})
        received = checked.press("Breng mijn stem uit")
        assert received.h1 == "Uw stem is opgeslagen"
        assert received.response.headers["Cache-Control"] == "no-store"
        after = received.press("Klaar: log uit en wis dit scherm")
        assert after.h1 == "Stem op deze tablet"
        for path in ("ontvangen", "stembiljet", "overzicht"):
            page = login_tablet.get(f"/stemmingen/{vote.id}/{path}")
            assert page.h1 == "Stem op deze tablet"
        stolen = app.test_client()
        stolen.set_cookie("session", number)
        assert stolen.get("/mijn/gegevens").status_code == 303


def test_who_logs_in_and_goes_away_is_logged_out(login_tablet, vote):
    log_in_at(login_tablet, "annie")
    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        assert login_tablet.get(f"/stemmingen/{vote.id}").h1 == "Stem op deze tablet"


def test_nobody_of_the_staff_stays_logged_in_at_a_tablet(login_tablet):
    page = log_in_at(login_tablet, "karin")
    assert page.h1 == "Stem op deze tablet"
    assert "U bent weer uitgelogd." in page.text
    assert login_tablet.get("/griffie").h1 == "Stem op deze tablet"


def test_a_log_in_that_fails_leads_back_to_the_start(login_tablet):
    chosen = login_tablet.get("/stemtablet").press("Log in om te stemmen")
    page = chosen.press("Annuleren")
    assert page.h1 == "Stem op deze tablet"
    assert "U hebt het inloggen geannuleerd." in page.text


def test_a_vote_by_codes_alone_has_no_log_in_at_its_tablet(tablet):
    assert "Log in om te stemmen" not in tablet.get("/stemtablet").text
