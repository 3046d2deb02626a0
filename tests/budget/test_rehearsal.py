"""The vote of a budget is rehearsed with its plans, and gives no plan any money."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from participatie.budget import tasks
from participatie.budget.models.budgets import Project
from participatie.budget.rules.outcomes import Outcome
from participatie.processes.models import Process
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import RoundState
from participatie.votes.tasks import sweep, tally
from tests.budget.steps import make_budget, put
from tests.factories import ClerkFactory, ProjectFactory, soon

BEGIN = "Begin de proef"
REHEARSAL = "Dit is een proef."
CODE = r"[A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4}"
TITLES = {"Speeltuin": 40_000_00, "Bankjes": 70_000_00}


@pytest.fixture
def budget(store):
    """A budget of € 100.000 that is being set up, with two plans that do not fit together."""
    times = {"opens_at": soon(days=2), "closes_at": soon(days=9)}
    made = make_budget({}, state=RoundState.DRAFT, opened_at=None, **times)
    process = store.get_one(Process, made.process_id)
    for title, cost in TITLES.items():
        ProjectFactory(budget_id=made.id, process=process, title=title, cost=cost)
    return made


def begun(clerk, budget):
    """The test codes, once."""
    page = clerk.get(f"/griffie/begrotingen/{budget.id}").follow("Proefstemming")
    return page.press(BEGIN, testers="2")


def rehearsal_of(store, budget) -> VoteRound:
    copies = select(VoteRound).where(VoteRound.rehearsal_of == budget.round_id)
    return store.scalars(copies.execution_options(populate_existing=True)).one()


def test_a_budget_is_rehearsed_to_its_result_and_nothing_is_awarded(
    app, store, client, log_in, budget
):
    clerk = log_in(ClerkFactory())
    codes = re.findall(CODE, begun(clerk, budget).main)
    copy = rehearsal_of(store, budget)
    assert copy.state is RoundState.OPEN
    page = client.get("/code").press("Ga verder", code=codes[0])
    assert (page.h1, REHEARSAL in page.text) == ("Kies uw plannen", True)
    page = put(page, "Speeltuin")
    assert "Past niet meer" in page.main  # the other plan
    plan = page.follow("Speeltuin")
    assert (plan.h1, REHEARSAL in plan.text) == ("Speeltuin", True)
    page = page.follow("Controleer uw lijst")
    assert REHEARSAL in page.text
    page = page.press("Stem op dit plan")
    assert (page.h1, REHEARSAL in page.text) == ("Uw stem is opgeslagen", True)
    by_round = select(Ballot.round_id, func.count()).group_by(Ballot.round_id)
    assert [*map(tuple, store.execute(by_round))] == [(copy.id, 1)]
    clerk.get(f"/griffie/stemmingen/{budget.round_id}/proef").press("Sluit de proef nu")
    with app.app_context():
        sweep()
        tally(copy.id)
        tasks.award_counted()
    result = clerk.get(f"/stemmingen/{copy.id}/uitslag")
    assert result.h1 == "Uitslag van de proefstemming"
    assert "Speeltuin" in result.main
    outcomes = store.scalars(select(Project.outcome)).all()
    assert set(outcomes) == {Outcome.UNDECIDED}


def test_who_has_no_test_code_sees_nothing_of_the_rehearsal(
    store, client, log_in, resident, budget
):
    begun(log_in(ClerkFactory()), budget)
    for browser in (client, resident()):
        page = browser.get(f"/begrotingen/{budget.id}")
        assert REHEARSAL not in page.text
        assert not page.all("button", name="press")
        token = {"csrf_token": "x"}
        told = browser.raw.post(f"/begrotingen/{budget.id}/stem", data=token)
        assert told.status_code in {400, 403, 409}
    assert store.scalar(select(func.count()).select_from(Ballot)) == 0


def test_before_its_process_is_public_the_list_is_filled_in_as_any_ballot(
    store, client, log_in, budget
):
    codes = re.findall(CODE, begun(log_in(ClerkFactory()), budget).main)
    store.get_one(Process, budget.process_id).published_at = None
    store.commit()
    page = client.get("/code").press("Ga verder", code=codes[0])
    assert "samen ten hoogste" in page.main
    both = [box.get("value") for box in page.all("input", type="checkbox")]
    page = page.press("Controleer uw stembiljet", **{"q.plans": both})
    assert page.errors()
    page = page.press("Controleer uw stembiljet", **{"q.plans": both[:1]})
    assert page.press("Breng mijn stem uit").h1 == "Uw stem is opgeslagen"


def test_once_the_rehearsal_is_over_its_code_leads_to_the_vote_itself_no_more(
    store, client, log_in, budget
):
    clerk = log_in(ClerkFactory())
    codes = re.findall(CODE, begun(clerk, budget).main)
    page = put(client.get("/code").press("Ga verder", code=codes[0]), "Speeltuin")
    check = page.follow("Controleer uw lijst")
    clerk.get(f"/griffie/stemmingen/{budget.round_id}/proef").press("Sluit de proef nu")
    with pytest.raises(AssertionError):
        check.press("Stem op dit plan")
    assert REHEARSAL not in client.get(f"/begrotingen/{budget.id}").text
    assert store.scalar(select(func.count()).select_from(Ballot)) == 0


def test_a_plan_that_cannot_come_on_the_ballot_stops_the_rehearsal_too(store, log_in, budget):
    store.scalars(select(Project).where(Project.title == "Bankjes")).one().cost = 0
    store.commit()
    page = begun(log_in(ClerkFactory()), budget)
    assert "Bankjes" in page.errors()[0]
