"""Who holds a letter votes on plans, and clears the screen from each page on the road there."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from participatie.votes.models.board import BoardCounter
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.letter_codes import groups
from participatie.votes.rules.rounds import RollKind, RoundState
from tests.budget.steps import make_budget, put
from tests.factories import ClerkFactory, bound_keys
from tests.votes.test_letter_pages import print_letters

HASH = "0" * 64
DONE = "Klaar: log uit en wis dit scherm"
PAGES = {
    "the plans": ("/begrotingen/{budget}", "Kies uw plannen"),
    "the map": ("/begrotingen/{budget}/kaart", "Plannen op de kaart"),
    "one plan": ("/plannen/{plan}", "Bankjes"),
    "the first step": ("/begrotingen/{budget}/lijst?plan=bankjes", "Begin uw lijst"),
    "the check": ("/begrotingen/{budget}/overzicht", "Controleer uw lijst"),
}


@pytest.fixture
def letters(store, log_in):
    """A budget of which the vote is open, with its plans' numbers and two letters."""
    budget = make_budget(state=RoundState.DRAFT, opened_at=None, roll_kind=RollKind.CODES)
    codes, _ = print_letters(log_in(ClerkFactory()), store.get_one(VoteRound, budget.round_id))
    seal, head = bound_keys().make(budget.round_id)
    store.add(BoardCounter(round_id=budget.round_id, size=0))
    store.execute(
        text(
            "UPDATE vote_round SET state = 'open', opened_at = opens_at, seal_public = :seal,"
            " head_public = :head, rules_hash = :hash WHERE id = :id"
        ),
        {"id": budget.round_id, "seal": seal, "head": head, "hash": HASH},
    )
    store.commit()
    return budget, codes


@pytest.fixture
def holder(client, letters):
    """Somebody who filled in the code of a letter; no plan is on the list yet."""
    page = client.get("/code").press("Ga verder", code=groups(letters[1][0]))
    assert page.h1 == "Kies uw plannen"
    return client


def address(store, budget, page):
    plan = store.scalar(text("SELECT id FROM contribution WHERE title = 'Bankjes'"))
    return page.format(budget=budget.id, plan=plan)


@pytest.mark.parametrize(("page", "h1"), PAGES.values(), ids=PAGES)
def test_who_stops_halfway_clears_the_screen(holder, letters, store, page, h1):
    budget, _ = letters
    plans = f"/begrotingen/{budget.id}"
    put(holder.get(plans), "Speeltuin")
    halfway = holder.get(address(store, budget, page))
    assert halfway.h1 == h1
    left = halfway.press(DONE)
    assert left.h1 == "Vul uw code in"
    assert "Uw lijst is leeg" in holder.get(plans).text
    assert holder.get(f"{plans}/overzicht").h1 == "Log in"


def test_who_holds_a_letter_leaves_with_an_empty_list_too(holder, letters):
    empty = holder.get(f"/begrotingen/{letters[0].id}/overzicht")
    assert empty.h1 == "Uw lijst is leeg"
    assert empty.press(DONE).h1 == "Vul uw code in"


def test_who_holds_a_letter_is_not_told_to_log_in(holder, letters, store):
    budget, _ = letters
    chosen = put(holder.get(f"/begrotingen/{budget.id}"), "Speeltuin")
    assert "U hebt nog niet gestemd." in chosen.text
    first = holder.get(address(store, budget, PAGES["the first step"][0]))
    assert "U logt in" not in chosen.text
    assert "U logt in" not in first.text


@pytest.mark.parametrize(("page", "h1"), list(PAGES.values())[:4], ids=list(PAGES)[:4])
def test_who_holds_no_letter_is_not_told_to_clear_a_screen(client, letters, store, page, h1):
    seen = client.get(address(store, letters[0], page))
    assert seen.h1 == h1
    assert DONE not in seen.text
