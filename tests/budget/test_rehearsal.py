"""The vote of a budget is rehearsed with its plans, and gives no plan any money."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participatie.budget import tasks
from participatie.budget.models.budgets import Project
from participatie.budget.rules.outcomes import Outcome
from participatie.processes.models import Process
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import RoundState
from participatie.votes.tasks import sweep, tally
from tests.budget.steps import make_budget
from tests.factories import ClerkFactory, ProjectFactory, soon

BEGIN = "Begin de proef"
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
    codes = re.findall(r"[A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4}", begun(clerk, budget).main)
    copy = rehearsal_of(store, budget)
    assert copy.state is RoundState.OPEN
    page = client.get("/code").press("Ga verder", code=codes[0])
    page = page.follow("Vul uw stembiljet in")
    assert "samen ten hoogste" in page.main
    both = [box.get("value") for box in page.all("input", type="checkbox")]
    assert len(both) == 2
    page = page.press("Controleer uw stembiljet", **{"q.plans": both})
    assert page.errors()
    page = page.press("Controleer uw stembiljet", **{"q.plans": both[:1]})
    assert page.press("Breng mijn stem uit").h1 == "Uw stem is opgeslagen"
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


def test_a_plan_that_cannot_come_on_the_ballot_stops_the_rehearsal_too(store, log_in, budget):
    store.scalars(select(Project).where(Project.title == "Bankjes")).one().cost = 0
    store.commit()
    page = begun(log_in(ClerkFactory()), budget)
    assert "Bankjes" in page.errors()[0]
