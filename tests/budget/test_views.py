from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text

from participatie.budget.models import Project
from participatie.budget.rules import Outcome
from participatie.contributions.rules import State
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.votes.models import Ballot, Choice, Roll, Tally, VoteRound
from participatie.votes.rules import GREEDY, RoundState
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    BudgetFactory,
    ClerkFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
    soon,
)
from tests.pages import text_of
from tests.texts import dutch

COSTS = {"Speeltuin": 40_000_00, "Bankjes": 60_000_00, "Zwembad": 70_000_00}
LEFT = "€ 100.000"


def make_budget(costs=COSTS, **settings):
    """A budget of € 100.000 with plans on the ballot; open unless `settings` say otherwise."""
    vote_round = RoundFactory(**{"counting": GREEDY, **settings})
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(round=vote_round, process=process)
    for title, cost in costs.items():
        option = OptionFactory(round_id=vote_round.id, code=title.lower(), title=title, cost=cost)
        ProjectFactory(
            budget_id=budget.id,
            process=process,
            title=title,
            cost=cost,
            option_id=option.id,
        )
    return budget


@pytest.fixture
def resident(store, log_in):
    """`resident()` is the browser of a resident who may vote."""

    def give(pseudonym="v1$vote", **contents):
        return log_in(ResidentFactory(), vote_pseudonym=pseudonym, **contents)

    return give


def put(page, title):
    return page.press(f"Zet op mijn lijst {title}")


def rows(store, model):
    return store.scalar(select(func.count()).select_from(model))


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


def test_a_visitor_begins_a_list_without_logging_in(client):
    budget = make_budget()
    page = client.get(f"/begrotingen/{budget.id}").follow("Zet op mijn lijst Speeltuin")
    page = page.press("Zet dit plan op mijn lijst")
    assert "Op uw lijst. U houdt € 60.000 over." in page.main
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
    page = page.press("Haal van mijn lijst Bankjes")
    assert f"Van uw lijst gehaald. U houdt {LEFT} over." in page.main
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


@pytest.mark.parametrize("data", [{}, {"plan": "speeltuin", "act": "steal"}, {"plan": "x" * 50}])
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
    client.post(
        f"/begrotingen/{budget.id}/lijst", data={"plan": "speeltuin", "act": "put"}, status=400
    )


def order_of(page):
    return ["".join(h.itertext()).strip() for h in page.all("h2", class_="p-plan__title")]


def test_the_order_is_stable_for_one_voter_and_another_for_others(resident):
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


def cast(visitor, budget, *titles):
    page = visitor.get(f"/begrotingen/{budget.id}")
    for title in titles:
        page = put(page, title)
    number = f"deze {len(titles)} plannen" if len(titles) > 1 else "dit 1 plan"
    return page.follow("Controleer uw lijst").press(f"Stem op {number}")


def test_a_resident_chooses_checks_and_votes(app, store, resident):
    budget = make_budget()
    page = cast(resident(), budget, "Speeltuin", "Bankjes")
    assert page.h1 == "Uw stem is opgeslagen"
    assert "Speeltuin" not in page.text
    assert "Klaar: log uit en wis dit scherm" in page.main
    (ballot,) = store.scalars(select(Ballot))
    keys = app.extensions["vote_keys"]
    assert keys.open(budget.round_id, ballot.sealed) == ("bankjes", "speeltuin")


def test_after_voting_the_list_is_empty_and_the_vote_can_be_changed(store, resident):
    budget, visitor = make_budget(), resident()
    cast(visitor, budget, "Speeltuin")
    page = visitor.get(f"/begrotingen/{budget.id}")
    assert "Uw lijst is leeg" in page.main
    assert "U heeft gestemd" in page.main
    cast(visitor, budget, "Bankjes")
    assert store.scalars(select(Roll.version)).all() == [2]


def test_pressing_twice_is_one_ballot_and_the_same_page(store, resident):
    budget, visitor = make_budget(), resident()
    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    first = page.press("Stem op dit 1 plan")
    again = page.press("Stem op dit 1 plan")
    assert first.h1 == again.h1 == "Uw stem is opgeslagen"
    assert rows(store, Ballot) == 1


def test_the_same_check_keeps_its_number_and_a_changed_list_gets_another(resident):
    budget, visitor = make_budget(), resident()

    def number(page):
        return UUID(page.all("input", name="press")[0].get("value"))

    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Speeltuin").follow("Controleer uw lijst")
    first = number(page)
    assert number(visitor.get(f"/begrotingen/{budget.id}/overzicht")) == first
    put(visitor.get(f"/begrotingen/{budget.id}"), "Bankjes")
    assert number(visitor.get(f"/begrotingen/{budget.id}/overzicht")) != first


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
    store.execute(text("UPDATE vote_round SET closes_at = clock_timestamp()"))
    store.commit()
    form = {e.get("name"): e.get("value") for e in page.all("input")}
    closed = visitor.post(f"/begrotingen/{budget.id}/stem", data=form, status=409)
    assert "gesloten" in closed.main
    assert (rows(store, Ballot), rows(store, Roll)) == (0, 0)


def test_nothing_of_the_list_stands_readable_in_the_database(store, resident):
    budget = make_budget({"Geheimplan": 1_00})
    put(resident().get(f"/begrotingen/{budget.id}"), "Geheimplan")
    for sealed in store.scalars(text("SELECT sealed FROM login_session")):
        assert b"geheimplan" not in bytes(sealed)


# Before, after, and the result


def test_before_the_vote_the_plans_stand_there_to_read(client):
    budget = make_budget(state=RoundState.DRAFT, opened_at=None, opens_at=soon(days=2))
    page = client.get(f"/begrotingen/{budget.id}")
    assert page.h1 == "Buurtbudget"
    assert "U kunt stemmen vanaf" in page.main
    assert "Speeltuin" in page.main
    client.get(f"/begrotingen/{budget.id}/lijst?plan=speeltuin", status=409)


def test_a_budget_without_a_vote_shows_its_plans(client):
    process = ProcessFactory()
    budget = BudgetFactory(round=None, process=process)
    ProjectFactory(budget_id=budget.id, process=process, title="Later")
    assert "Later" in client.get(f"/begrotingen/{budget.id}").main


def closed(store, budget):
    store.execute(text("UPDATE vote_round SET closes_at = clock_timestamp()"))
    store.execute(
        text("UPDATE vote_round SET state = 'closed', closed_at = closes_at WHERE id = :id"),
        {"id": budget.round_id},
    )
    store.commit()


def test_between_closing_and_counting_nobody_sees_a_result(store, client, log_in, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    closed(store, budget)
    for visitor in (client, log_in(ClerkFactory())):
        page = visitor.get(f"/begrotingen/{budget.id}")
        assert "tellen de stemmen" in page.main
        for path in ("uitslag", "uitslag.json", "stemmen.pb"):
            visitor.get(f"/begrotingen/{budget.id}/{path}", status=404)


def counted(app, store, budget):
    """Close and count in the transaction of the test."""
    from participatie.core.clock import now
    from participatie.core.db import db
    from participatie.votes import services

    closed(store, budget)
    with app.app_context():
        services.tally(budget.round_id, keys=app.extensions["vote_keys"], now=now())
        db.session.commit()


def test_the_result_says_who_won_and_why_others_did_not(app, store, client, resident):
    budget = make_budget()
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin", "Bankjes"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    page = client.get(f"/begrotingen/{budget.id}")
    assert page.h1 == "Uitslag: Buurtbudget"
    assert "1 van de 3 plannen gaat door" in page.main
    assert "mensen stemden" in page.main
    assert "2 stemmen: plaats 1" in page.main
    assert "Het kost € 60.000. Aan de beurt was er nog € 30.000" in page.main
    assert page.html.count('class="p-bar"') == 3


def test_everyone_can_fetch_the_ballots_and_get_the_same_result(app, store, client, resident):
    import io

    from participatie.votes.counting import pabulib
    from participatie.votes.counting.rules import Rules
    from participatie.votes.counting.tally import count

    budget = make_budget()
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    told = client.raw.get(f"/begrotingen/{budget.id}/uitslag.json").get_json()
    file = client.raw.get(f"/begrotingen/{budget.id}/stemmen.pb")
    again = count(pabulib.read(io.BytesIO(file.data)), Rules())
    assert list(again.winners) == told["result"]["winners"] == ["zwembad"]
    assert again.input_hash == told["result"]["input_hash"]
    assert again.result_hash == told["result"]["result_hash"]


def test_choices_are_not_given_out_where_that_was_not_agreed(app, store, client, resident):
    budget = make_budget(counting={"rule": "greedy", "ties": ["cost"]})
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    client.get(f"/begrotingen/{budget.id}/stemmen.pb", status=404)
    page = client.get(f"/begrotingen/{budget.id}/uitslag")
    assert "alleen de totalen" in page.main


def test_pages_of_what_is_not_there_or_not_public_are_not_found(client, store):
    hidden = ProjectFactory(budget_id=make_budget().id, state=State.HIDDEN)
    client.get(f"/plannen/{hidden.id}", status=404)
    client.get("/plannen/999999999", status=404)
    client.get("/begrotingen/999999999", status=404)
    secret = make_budget()
    store.get_one(Process, secret.process_id).published_at = None
    store.commit()
    client.get(f"/begrotingen/{secret.id}", status=404)


def test_the_page_of_a_plan_has_its_text_its_cost_and_a_button(client, store):
    make_budget()
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    page = client.get(f"/plannen/{plan.id}")
    assert page.h1 == "Speeltuin"
    assert "Bomen en banken" in page.main
    assert "€ 40.000" in page.main
    page = page.follow("Zet op mijn lijst Speeltuin")
    assert page.h1 == "Begin uw lijst"


def test_the_page_of_a_plan_says_how_it_ended(client, store):
    make_budget(state=RoundState.COUNTED, closed_at=LONG_AGO)
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    plan.outcome = Outcome.AWARDED
    store.commit()
    assert "Gaat door" in client.get(f"/plannen/{plan.id}").main


def test_all_budgets_stand_in_one_list_and_each_process_leads_to_its_own(client, store):
    process = store.get_one(Process, make_budget().process_id)
    assert "Buurtbudget" in client.get("/begrotingen").main
    assert client.get(f"/trajecten/{process.slug}/begroting").h1 == "Kies uw plannen"
    client.get("/trajecten/elders/begroting", status=404)


@pytest.mark.parametrize("path", ["", "/overzicht"])
def test_the_pages_ask_the_database_little_however_many_plans_there_are(connection, resident, path):
    budget = make_budget({f"Plan {n}": 10_000_00 for n in range(30)})
    visitor = resident()
    put(visitor.get(f"/begrotingen/{budget.id}"), "Plan 7")
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
    visitor.get(f"/begrotingen/{budget.id}{path}")
    assert len([s for s in asked if s.startswith("SELECT")]) <= 6, asked


# The griffie


def test_a_clerk_sees_turnout_and_nothing_else(store, log_in, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}")
    assert "persoon stemde" in page.main
    assert "1 mensen" not in page.main


def test_a_clerk_opens_a_vote_and_the_published_plans_are_frozen(store, log_in):
    budget = make_budget({}, state=RoundState.DRAFT, opened_at=None)
    plan = ProjectFactory(budget_id=budget.id, title="Fontein", cost=5_00)
    ProjectFactory(budget_id=budget.id, state=State.HIDDEN)
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}")
    page = page.press("Leg de regels vast en open de stemming")
    assert "Niemand kan ze nu nog veranderen" in page.main
    vote_round = store.get(VoteRound, budget.round_id, populate_existing=True)
    assert vote_round.state is RoundState.OPEN
    codes = store.scalars(text("SELECT code FROM vote_option")).all()
    assert codes == [str(plan.id)]


def test_a_vote_without_plans_is_not_opened(store, log_in):
    budget = make_budget({}, state=RoundState.DRAFT, opened_at=None)
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}")
    form = {e.get("name"): e.get("value") for e in page.all("input")}
    log_in(ClerkFactory())
    page.client.post(f"/griffie/begrotingen/{budget.id}/open", data=form, status=422)


def test_an_undecided_tie_is_shown_to_the_clerk_by_title(app, store, log_in, resident):
    budget = make_budget({"Noord": 60_000_00, "Zuid": 60_000_00})
    cast(resident("v1$a"), budget, "Noord")
    cast(resident("v1$b"), budget, "Zuid")
    counted(app, store, budget)
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}")
    assert "De telling heeft een loting nodig" in page.main
    assert rows(store, Tally) == 1
    assert rows(store, Choice) == 2


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_the_griffie_pages_are_for_the_griffie(store, client, resident, log_in, path):
    budget = make_budget()
    address = f"/griffie/begrotingen{path}".format(id=budget.id)
    assert "inloggen" in client.get(address).response.request.path
    resident().get(address, status=403)
    log_in(ClerkFactory()).get(address)
    log_in(AdministratorFactory()).get(address)
