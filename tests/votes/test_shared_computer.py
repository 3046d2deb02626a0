"""One browser, several people: what one filled in is never seen, cast or kept for another."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from participatie.votes.models.board import BoardCounter
from participatie.votes.rules.letter_codes import groups
from participatie.votes.rules.rounds import RollKind, RoundState
from tests.factories import ClerkFactory, bound_keys
from tests.pages import PageClient
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


def enter(client, code):
    token = client.get("/code").all("input", name="csrf_token")[0].get("value")
    sent = client.raw.post("/code", data={"code": groups(code), "csrf_token": token})
    assert sent.status_code == 303, sent.text


def fill_in(client, vote):
    client.get(f"/stemmingen/{vote.id}/stembiljet").press(
        "Controleer uw stembiljet", **{"q.v1": "v1a"}
    )


def chosen(client, vote):
    page = client.get(f"/stemmingen/{vote.id}/stembiljet")
    return [field.get("value") for field in page.all("input", checked="")]


def test_the_next_letter_does_not_see_what_the_one_before_filled_in(client, letters):
    vote, (mine, other) = letters
    enter(client, mine)
    fill_in(client, vote)
    assert chosen(client, vote) == ["v1a"]
    enter(client, mine)
    assert chosen(client, vote) == ["v1a"]
    enter(client, other)
    assert chosen(client, vote) == []


def test_who_voted_with_a_letter_leaves_and_the_next_one_finds_nothing(client, letters):
    vote, (code, _) = letters
    enter(client, code)
    fill_in(client, vote)
    check = client.get(f"/stemmingen/{vote.id}/overzicht")
    assert "bij uw account" not in check.text, "a letter has none"
    received = check.press("Breng mijn stem uit")
    assert "uw mailadres" not in received.text
    left = received.press("Klaar: log uit en wis dit scherm")
    assert left.h1 == "Vul uw code in"
    assert "Uw code staat niet meer op dit scherm" in left.text
    after = client.raw.get(f"/stemmingen/{vote.id}/ontvangen")
    assert after.location == f"/stemmingen/{vote.id}", "no receipt for who comes next"
    fill_in(client, vote)
    assert client.get(f"/stemmingen/{vote.id}/overzicht").h1 == "Log in", "and no vote"


@pytest.mark.parametrize("page", ["", "/stembiljet", "/overzicht"])
def test_who_stops_halfway_clears_the_screen_from_every_page_of_the_ballot(client, letters, page):
    vote, (code, _) = letters
    enter(client, code)
    fill_in(client, vote)
    left = client.get(f"/stemmingen/{vote.id}{page}").press("Klaar: log uit en wis dit scherm")
    assert left.h1 == "Vul uw code in"
    assert chosen(client, vote) == []
    assert client.get(f"/stemmingen/{vote.id}/overzicht").h1 != "Controleer uw stembiljet"


def test_who_holds_no_letter_is_not_told_to_clear_a_screen(client, letters):
    vote, _ = letters
    for page in ("", "/stembiljet"):
        assert "wis dit scherm" not in client.get(f"/stemmingen/{vote.id}{page}").text


@pytest.mark.parametrize("holder", ["nobody", "another"])
def test_the_number_of_a_check_is_worth_nothing_to_somebody_else(
    app, client, letters, store, holder
):
    vote, (mine, other) = letters
    enter(client, mine)
    fill_in(client, vote)
    checked = client.get(f"/stemmingen/{vote.id}/overzicht")
    press = checked.all("input", name="press")[0].get("value")
    thief = PageClient(app.test_client())
    if holder == "another":
        enter(thief, other)
        fill_in(thief, vote)
    page = thief.get(f"/stemmingen/{vote.id}/stembiljet")
    token = page.all("input", name="csrf_token")[0].get("value")
    sent = thief.raw.post(f"/stemmingen/{vote.id}/stem", data={"press": press, "csrf_token": token})
    assert sent.status_code in (403, 409)
    assert store.scalar(text("SELECT count(*) FROM ballot")) == 0
    assert checked.press("Breng mijn stem uit").h1 == "Uw stem is opgeslagen"


def test_a_check_kept_open_casts_nothing_after_its_letter_was_revoked(client, letters, store):
    vote, (mine, _) = letters
    enter(client, mine)
    fill_in(client, vote)
    checked = client.get(f"/stemmingen/{vote.id}/overzicht")
    press = checked.all("input", name="press")[0].get("value")
    token = checked.all("input", name="csrf_token")[0].get("value")
    with client.raw.session_transaction() as session:
        _, code_id = session["letter"]
    store.execute(text("UPDATE letter_code SET state = 'revoked' WHERE id = :id"), {"id": code_id})
    store.commit()
    sent = client.raw.post(
        f"/stemmingen/{vote.id}/stem", data={"press": press, "csrf_token": token}
    )
    assert sent.status_code == 403
    assert store.scalar(text("SELECT count(*) FROM ballot")) == 0


def test_who_logs_in_does_not_go_on_as_who_held_a_letter(client, letters):
    vote, (mine, _) = letters
    enter(client, mine)
    fill_in(client, vote)
    page = client.get("/inloggen").press("Ga naar de test-inlog")
    page.press("Log in als deze persoon", person="esra")
    with client.raw.session_transaction() as session:
        assert "letter" not in session
    assert chosen(client, vote) == []


def held(client):
    with client.raw.session_transaction() as session:
        return dict(session)


def send_too_late(client, path, **typed):
    headers = {"Origin": "http://localhost", "Referer": f"http://localhost{path}"}
    data = {**typed, "csrf_token": "of a session that ended"}
    return client.raw.post(path, data=data, headers=headers)


def test_a_ballot_that_comes_too_late_does_not_wait_in_the_session(client, letters):
    vote, (mine, _) = letters
    enter(client, mine)
    answer = send_too_late(client, f"/stemmingen/{vote.id}/stembiljet", **{"q.v1": "v1a"})
    assert answer.status_code == 303
    assert "v1a" not in str(held(client))


def test_a_code_or_a_bsn_that_comes_too_late_does_not_wait_in_the_session(client, letters, log_in):
    vote, (mine, _) = letters
    assert send_too_late(client, "/code", code=mine).status_code == 303
    assert mine not in str(held(client))
    clerk = log_in(ClerkFactory())
    assert send_too_late(clerk, f"/balie/{vote.id}", who="999990019", act="paper").location
    assert "999990019" not in str(held(clerk))
