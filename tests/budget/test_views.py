from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text

from participatie.budget.models.budgets import Project
from participatie.votes.models.arrivals import AwaitedVote
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services.casting import opened
from tests import moments
from tests.budget.steps import COSTS, LEFT, cast, make_budget, put, rows
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    AreaFactory,
    ClerkFactory,
    ResidentFactory,
)
from tests.pages import text_of
from tests.texts import dutch

# Choosing


def test_a_visitor_sees_all_plans_with_their_cost_and_gets_no_cookie(client):
    budget = make_budget()
    page = client.get(f"/begrotingen/{budget.id}")
    assert page.h1 == "Kies uw plannen"
    for title in COSTS:
        assert title in page.main
    assert "€ 70.000" in page.main
    assert not page.all("form", method="post")
    assert "Set-Cookie" not in page.response.headers
    assert page.response.headers["ETag"]


def test_a_reader_looks_for_plans_of_one_area(client, store):
    budget = make_budget({f"Plan {number}": 1_000_00 for number in range(6)})
    areas = [AreaFactory(name="Noord"), AreaFactory(name="Zuid")]
    for number, plan in enumerate(store.scalars(select(Project).order_by(Project.title))):
        plan.area_id = areas[number // 3].id
    store.commit()
    page = client.get(f"/begrotingen/{budget.id}").press("Zoek", wijk="Zuid")
    assert "3 plannen gevonden" in page.main
    assert "Plan 5" in page.main
    assert "Plan 0" not in page.main


def test_a_visitor_begins_a_list_without_logging_in(client):
    budget = make_budget()
    page = client.get(f"/begrotingen/{budget.id}").follow("Voeg Speeltuin toe, € 40.000")
    page = page.press("Zet dit plan op mijn lijst")
    assert "Toegevoegd. Nog € 60.000." in page.main
    assert "1 plan" in page.main
    (said,) = page.all("p", id="bericht")
    assert (said.get("role"), said.get("tabindex")) == ("status", "-1")


def test_the_answer_to_a_press_is_said_once(client):
    budget = make_budget()
    client.get(f"/begrotingen/{budget.id}/lijst?plan=speeltuin").press("Zet dit plan op mijn lijst")
    assert not client.get(f"/begrotingen/{budget.id}").all("p", id="bericht")


def test_a_plan_is_taken_off_again(resident):
    budget = make_budget()
    page = put(resident().get(f"/begrotingen/{budget.id}"), "Bankjes")
    page = page.press("Haal Bankjes weg, € 60.000")
    assert f"Weggehaald. Nog {LEFT}." in page.main
    assert "Uw lijst is leeg" in page.main


def test_a_plan_that_does_not_fit_can_be_pressed_and_says_what_is_missing(resident):
    budget = make_budget()
    page = put(resident().get(f"/begrotingen/{budget.id}"), "Bankjes")
    assert "Past niet meer" in page.main
    page = put(page, "Zwembad")
    (said,) = page.all("p", id="bericht")
    assert said.get("role") == "alert"
    for amount in ("€ 70.000", "€ 40.000", "€ 30.000"):
        assert amount in text_of(said)
    assert "1 plan" in page.main


@pytest.mark.parametrize("data", [{}, {"press": "steal:speeltuin"}, {"press": "put:" + "x" * 50}])
def test_a_press_that_no_page_of_ours_sends_is_refused(resident, data):
    budget = make_budget()
    visitor = resident()
    token = visitor.get(f"/begrotingen/{budget.id}").all("input", name="csrf_token")[0].get("value")
    visitor.post(f"/begrotingen/{budget.id}/lijst", data={**data, "csrf_token": token}, status=409)


def test_a_plan_that_is_not_on_the_ballot_cannot_be_put_on_a_list(client):
    budget = make_budget()
    client.get(f"/begrotingen/{budget.id}/lijst?plan=elders", status=404)


def test_a_list_without_the_token_of_the_page_is_not_changed(client):
    budget = make_budget()
    client.post(f"/begrotingen/{budget.id}/lijst", data={"press": "put:speeltuin"}, status=400)


def order_of(page):
    return ["".join(h.itertext()).strip() for h in page.all("h2", class_="p-plan__title")]


def test_25_the_order_is_stable_for_one_voter_and_another_for_others(resident):
    budget = make_budget({f"Plan {n}": 10_000_00 for n in range(12)})
    one, other = resident(), resident("v1$other")
    first = order_of(one.get(f"/begrotingen/{budget.id}"))
    assert first == order_of(one.get(f"/begrotingen/{budget.id}"))
    assert sorted(first) == sorted(order_of(other.get(f"/begrotingen/{budget.id}")))
    assert first != order_of(other.get(f"/begrotingen/{budget.id}"))


def test_a_list_made_before_logging_in_is_there_afterwards(client):
    budget = make_budget()
    page = client.get(f"/begrotingen/{budget.id}/lijst?plan=bankjes")
    page = page.press("Zet dit plan op mijn lijst").follow("Controleer uw lijst")
    assert "inloggen" in page.response.request.path
    page = page.press(dutch()["Go to the test log-in"])
    page = page.press(dutch()["Log in as this person"], person="bilal")
    assert page.h1 == "Controleer uw lijst"
    assert "Bankjes" in page.main


# Checking and casting


def test_a_resident_chooses_checks_and_votes(app, store, resident):
    budget = make_budget()
    page = cast(resident(), budget, "Speeltuin", "Bankjes")
    assert page.h1 == "Uw stem is opgeslagen"
    assert "Speeltuin" not in page.text
    assert "Klaar: log uit en wis dit scherm" in page.main
    (ballot,) = store.scalars(select(Ballot))
    keys = app.extensions["vote_keys"]
    [plain] = keys.open(budget.round_id, [ballot.sealed])
    assert opened(plain) == (("bankjes", "speeltuin"),)


def test_after_voting_the_list_is_empty_and_the_vote_can_be_changed(store, resident):
    budget, visitor = make_budget(), resident()
    cast(visitor, budget, "Speeltuin")
    page = visitor.get(f"/begrotingen/{budget.id}")
    assert "Uw lijst is leeg" in page.main
    assert "U hebt gestemd" in page.main
    cast(visitor, budget, "Bankjes")
    assert store.scalars(select(Roll.version)).all() == [2]


def test_pressing_twice_is_one_ballot_and_the_same_page(store, resident):
    budget, visitor = make_budget(), resident()
    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    first = page.press("Stem op dit plan")
    again = page.press("Stem op dit plan")
    assert first.h1 == again.h1 == "Uw stem is opgeslagen"
    assert rows(store, Ballot) == 1


def test_the_same_check_keeps_its_number_and_a_changed_list_gets_another(store, resident):
    budget, visitor = make_budget(), resident()

    def number(page):
        return UUID(page.all("input", name="press")[0].get("value"))

    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    first = number(page)
    assert number(visitor.get(f"/begrotingen/{budget.id}/overzicht")) == first
    put(visitor.get(f"/begrotingen/{budget.id}"), "Bankjes")
    assert number(visitor.get(f"/begrotingen/{budget.id}/overzicht")) != first
    assert rows(store, AwaitedVote) == 1


def test_a_list_that_changed_in_another_tab_since_the_check_is_not_cast(store, resident):
    budget, visitor = make_budget(), resident()
    checked = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow(
        "Controleer uw lijst"
    )
    put(visitor.get(f"/begrotingen/{budget.id}"), "Bankjes")
    form = {e.get("name"): e.get("value") for e in checked.all("input")}
    page = visitor.post(f"/begrotingen/{budget.id}/stem", data=form, status=409)
    assert "Uw lijst is veranderd" in page.main
    assert rows(store, Ballot) == 0


@pytest.mark.parametrize("press", ["", "no number", "6f1c1d6e-0b1a-4a58-9d2f-0c5f3a2b7e11"])
def test_a_number_that_no_check_gave_casts_nothing(store, resident, press):
    budget, visitor = make_budget(), resident()
    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    form = {e.get("name"): e.get("value") for e in page.all("input")} | {"press": press}
    visitor.post(f"/begrotingen/{budget.id}/stem", data=form, status=409)
    assert rows(store, Ballot) == 0


def test_without_plans_there_is_nothing_to_check(resident):
    budget = make_budget()
    assert resident().get(f"/begrotingen/{budget.id}/overzicht").h1 == "Uw lijst is leeg"


def test_the_receipt_is_for_who_voted_in_this_session(resident):
    budget = make_budget()
    assert resident().get(f"/begrotingen/{budget.id}/ontvangen").h1 == "Kies uw plannen"


@pytest.mark.parametrize("factory", [ClerkFactory, AdministratorFactory])
def test_staff_does_not_vote(store, log_in, factory):
    budget = make_budget()
    log_in(factory()).get(f"/begrotingen/{budget.id}/overzicht", status=403)


def test_a_log_in_that_carries_no_right_to_vote_is_told_so(store, log_in):
    budget = make_budget()
    page = log_in(ResidentFactory()).get(f"/begrotingen/{budget.id}/overzicht", status=403)
    assert page.h1


def test_when_the_vote_closes_between_check_and_press_nothing_is_cast(store, resident):
    budget, visitor = make_budget(), resident()
    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    moments.over(store, budget.round_id)
    store.commit()
    form = {e.get("name"): e.get("value") for e in page.all("input")}
    closed = visitor.post(f"/begrotingen/{budget.id}/stem", data=form, status=409)
    assert "gesloten" in closed.main
    assert (rows(store, Ballot), rows(store, Roll)) == (0, 0)


def test_who_voted_and_comes_to_change_it_too_late_reads_that_the_vote_counts(store, resident):
    budget, visitor = make_budget(), resident()
    cast(visitor, budget, "Speeltuin")
    moments.over(store, budget.round_id)
    store.commit()
    late = visitor.get(f"/begrotingen/{budget.id}/overzicht", status=409)
    assert "Hebt u eerder gestemd? Dan telt die stem." in late.main


def test_nothing_of_the_list_stands_readable_in_the_database(store, resident):
    budget = make_budget({"Geheimplan": 1_00})
    put(resident().get(f"/begrotingen/{budget.id}"), "Geheimplan")
    for kept in store.scalars(
        text("SELECT sealed FROM login_session UNION ALL SELECT kept FROM vote_draft")
    ):
        assert b"geheimplan" not in bytes(kept)


def test_the_receipt_has_a_control_code_that_finds_the_vote(resident):
    budget = make_budget()
    page = cast(resident(), budget, "Speeltuin")
    (code,) = page.all("p", class_="p-code")
    page = page.follow("Controleer mijn stem").press("Controleer deze code", code=text_of(code))
    assert "Uw stem is ontvangen" in page.main


def test_the_list_is_there_on_another_device_and_says_that_nobody_voted_yet(resident):
    budget, account = make_budget(), ResidentFactory()
    put(resident(account=account).get(f"/begrotingen/{budget.id}"), "Speeltuin")
    page = resident(account=account).get(f"/begrotingen/{budget.id}")
    assert "Haal Speeltuin weg" in page.main
    assert "U hebt nog niet gestemd." in page.main


def test_that_somebody_voted_is_known_on_another_device_too(resident):
    budget, account = make_budget(), ResidentFactory()
    cast(resident(account=account), budget, "Speeltuin")
    page = resident(account=account).get(f"/begrotingen/{budget.id}")
    assert "U hebt gestemd" in page.main
    assert (
        "Speeltuin" not in resident(account=account).get(f"/begrotingen/{budget.id}/overzicht").main
    )


def test_a_list_is_cleared_by_one_press(store, resident):
    budget = make_budget()
    page = put(put(resident().get(f"/begrotingen/{budget.id}"), "Speeltuin"), "Bankjes")
    page = page.press("Wis mijn lijst")
    assert "Uw lijst is gewist." in page.main
    assert "Uw lijst is leeg" in page.main
    assert rows(store, VoteDraft) == 0


def test_casting_throws_the_list_away(store, resident):
    budget, visitor = make_budget(), resident()
    put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin")
    assert rows(store, VoteDraft) == 1
    visitor.get(f"/begrotingen/{budget.id}/overzicht").press("Stem op dit plan")
    assert rows(store, VoteDraft) == 0


def test_after_the_vote_one_still_checks_ones_own(client):
    budget = make_budget(state=RoundState.CLOSED, closed_at=LONG_AGO)
    page = client.get(f"/begrotingen/{budget.id}")
    assert page.follow("Controleer mijn stem").h1 == "Controleer mijn stem"


def test_a_vote_that_was_broken_off_says_so(client):
    budget = make_budget(state=RoundState.BROKEN_OFF, broken_off_at=LONG_AGO)
    assert "Er wordt niets geteld, nu niet" in client.get(f"/begrotingen/{budget.id}").main
    assert "Afgebroken" in client.get("/begrotingen").main
