from __future__ import annotations

import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select, text

from participatie.budget.models.budgets import Project
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.rules import State
from participatie.processes.models import Process
from participatie.votes.counting.cli import tally
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.rounds import GREEDY, Channel, Publication, RoundState
from tests.budget.steps import button, cast, closed, counted, make_budget, put, rows
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    soon,
)

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


def test_between_closing_and_counting_nobody_sees_a_result(store, client, log_in, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    closed(store, budget)
    for visitor in (client, log_in(ClerkFactory())):
        page = visitor.get(f"/begrotingen/{budget.id}")
        assert "tellen de stemmen" in page.main
        for path in ("uitslag", "uitslag.json", "stemmen.pb"):
            visitor.get(f"/begrotingen/{budget.id}/{path}", status=404)


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
    assert "Het kost € 60.000. Er was nog € 30.000 toen het aan de beurt kwam" in page.main
    assert 'class="p-bar"' not in page.html, "the votes stand one page deeper"


def test_one_page_deeper_stand_the_votes_of_every_plan(app, store, client, resident):
    budget = make_budget()
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin", "Bankjes"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    page = client.get(f"/begrotingen/{budget.id}/uitslag").follow("Bekijk alle cijfers")
    assert page.h1 == "Alle cijfers van de uitslag"
    assert page.html.count('class="p-bar"') == 3
    assert page.follow("Naar de uitslag").h1 == "Uitslag: Buurtbudget"
    client.get(f"/begrotingen/{budget.id}/uitslag/2/cijfers", status=404)


def test_before_the_result_nobody_reads_its_numbers(store, client, log_in, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    closed(store, budget)
    for visitor in (client, log_in(ClerkFactory())):
        visitor.get(f"/begrotingen/{budget.id}/uitslag/cijfers", status=404)


def test_of_plans_with_equal_votes_the_one_that_was_counted_first_has_the_better_place(
    app, store, client, resident
):
    budget = make_budget(costs={"Aanlegsteiger": 40_000_00, "Bankjes": 30_000_00})
    cast(resident(), budget, "Aanlegsteiger", "Bankjes")
    counted(app, store, budget)
    main = client.get(f"/begrotingen/{budget.id}/uitslag").main
    assert main.index("Bankjes") < main.index("plaats 1") < main.index("Aanlegsteiger")


def test_everyone_can_fetch_the_ballots_and_get_the_same_result(app, store, client, resident, few):

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


@pytest.mark.usefixtures("few")
def test_the_command_on_the_page_gives_the_published_number_also_after_a_lot(
    app, store, client, resident, tmp_path
):
    drawn = {**GREEDY, "ties": ["lot"], "lot": ["zwembad", "bankjes", "speeltuin"]}
    budget = make_budget(counting=drawn)
    for number, title in enumerate(["Zwembad", "Speeltuin"]):
        cast(resident(f"v1${number}"), budget, title)
    counted(app, store, budget)
    told = client.raw.get(f"/begrotingen/{budget.id}/uitslag.json").get_json()
    file = tmp_path / "begroting.pb"
    file.write_bytes(client.raw.get(f"/begrotingen/{budget.id}/stemmen.pb").data)
    said = CliRunner().invoke(tally, [str(file), "--ties", "lot", "--json"])
    assert json.loads(said.stdout)["result_hash"] == told["result"]["result_hash"]
    assert json.loads(said.stdout)["winners"] == ["zwembad"]


def test_choices_are_not_given_out_where_that_was_not_agreed(app, store, client, resident):
    budget = make_budget(publication=Publication.COUNTS)
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    client.get(f"/begrotingen/{budget.id}/stemmen.pb", status=404)
    page = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers")
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
    page = page.follow(button(page, "Voeg Speeltuin toe"))
    assert page.h1 == "Begin uw lijst"


def test_the_page_of_a_plan_says_how_it_ended(client, store):
    make_budget(state=RoundState.PUBLISHED, closed_at=LONG_AGO)
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    plan.outcome = Outcome.AWARDED
    store.commit()
    assert "Gaat door" in client.get(f"/plannen/{plan.id}").main


def test_all_budgets_stand_in_one_list_and_each_process_leads_to_its_own(client, store):
    process = store.get_one(Process, make_budget().process_id)
    assert "Buurtbudget" in client.get("/begrotingen").main
    assert client.get(f"/trajecten/{process.slug}/begroting").h1 == "Kies uw plannen"
    client.get("/trajecten/elders/begroting", status=404)


@pytest.mark.parametrize(("path", "most"), [("", 8), ("/overzicht", 10)])
def test_the_pages_ask_the_database_little_however_many_plans_there_are(
    connection, resident, path, most
):
    budget = make_budget({f"Plan {n}": 10_000_00 for n in range(30)})
    visitor = resident()
    put(visitor.get(f"/begrotingen/{budget.id}"), "Plan 7")
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
    visitor.get(f"/begrotingen/{budget.id}{path}")
    assert len([s for s in asked if s.startswith("SELECT")]) <= most, asked


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
    assert "Leg de regels vast en open de stemming" not in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    page = page.client.post(f"/griffie/begrotingen/{budget.id}/open", data={"csrf_token": token})
    assert "De stemming is nog niet klaar" in page.main
    assert "te weinig" in page.main


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


def test_choices_of_few_people_are_not_given_out(app, store, client, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    client.get(f"/begrotingen/{budget.id}/stemmen.pb", status=404)
    assert "alleen de totalen" in client.get(f"/begrotingen/{budget.id}/uitslag/cijfers").main


def test_everything_to_check_a_vote_is_one_press_away(app, store, client, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    page = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers")
    path = f"/stemmingen/{budget.round_id}/uitslag.zip"
    assert path in page.html
    got = client.raw.get(path)
    assert got.mimetype == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(got.data)).namelist()
    assert {"LEESMIJ.txt", "verify_board.py", "board.jsonl", "uitslag.json"} <= {*names}


def test_equal_shares_are_explained_with_the_numbers_of_the_count(app, store, client, resident):
    rules = {"rule": "equal-shares", "completion": "none"}
    budget = make_budget(counting={**GREEDY, **rules})
    for number, titles in enumerate([["Speeltuin"], ["Speeltuin"], ["Bankjes"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    main = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers").main
    assert "Gelijke delen in drie plaatjes" in main
    assert "Er was € 100.000 voor 3 kiezers. Dat is € 33.333,33 voor ieder." in main
    assert "had 2 kiezers. Ieder betaalde ongeveer € 20.000" in main
    assert "Bankjes: € 33.333,33 van de € 60.000" in main


def test_how_people_voted_is_told_without_small_numbers(app, store, client, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    assert "Met DigiD" not in client.get(f"/begrotingen/{budget.id}/uitslag/cijfers").main
    others = [Channel.CODE] + [Channel.LOGIN] * 12 + [Channel.PAPER] * 30
    for number, channel in enumerate(others):
        key = bytes([number]) * 32
        store.add(Roll(round_id=budget.round_id, voter_key=key, version=1, channel=channel))
    store.commit()
    main = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers?later").main
    for road in ("Met DigiD", "Met een code uit een brief", "Op papier"):
        assert road in main
    assert main.count("minder dan 10") == 2
