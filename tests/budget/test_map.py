"""Plans on the map: from the form, from a proposal, in the list and in the result."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Project
from participatie.budget.queries.budgets import any_budget
from participatie.budget.services import projects
from participatie.core.db import db
from participatie.identity.rules import Actor, Role
from participatie.processes.rules import PhaseKind
from tests.budget.steps import cast, counted, make_budget
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
)

PARK = [[[[4.95, 52.51], [4.98, 52.51], [4.98, 52.52], [4.95, 52.52], [4.95, 52.51]]]]
IN_THE_PARK = "52.51490, 4.96640"


@pytest.fixture
def park(store):
    return AreaFactory(name="Parkwijk", polygons=PARK)


@pytest.fixture
def process(store):
    return ProcessFactory(phase=PhaseKind.COLLECT)


@pytest.fixture
def budget(process):
    return BudgetFactory(process=process, round=None)


def test_the_dot_of_a_proposal_goes_along_when_it_becomes_a_plan(app, store, park, process, budget):
    proposal = ProposalFactory(process=process, area_id=park.id, latitude=52.5149, longitude=4.9664)
    clerk = Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))
    with app.app_context():
        loaded = db.session.scalars(any_budget(budget.id)).one()
        [plan] = projects.take_over(loaded, [proposal], actor=clerk, now=LONG_AGO)
        assert (str(plan.point), plan.area_id) == (IN_THE_PARK, park.id)


def test_a_clerk_puts_a_dot_on_a_plan_by_an_address(log_in, store, park, process, budget):
    plan = ProjectFactory(budget_id=budget.id, process=process, cost=1_000_00)
    form = log_in(ClerkFactory()).get(f"/griffie/plannen/{plan.id}")
    words = {"title": "Bank in het park", "summary": "Een bank.", "cost": "1.000"}
    found = form.press("Zoek op", address="parklaan", **words)
    assert "Parklaan, Parkwijk" in found.main
    assert found.all("input", name="title")[0].get("value") == "Bank in het park"
    found.press("Bewaar", point=IN_THE_PARK)
    kept = store.scalars(select(Project).execution_options(populate_existing=True)).one()
    assert (str(kept.point), kept.area_id, kept.title) == (IN_THE_PARK, park.id, "Bank in het park")


def test_the_map_of_plans_has_them_in_a_list_and_says_how_many_have_no_dot(
    client, park, process, budget
):
    dotted = {"latitude": 52.5149, "longitude": 4.9664}
    ProjectFactory(budget_id=budget.id, process=process, title="Bank in het park", **dotted)
    ProjectFactory(budget_id=budget.id, process=process, title="Ergens")
    page = client.get(f"/begrotingen/{budget.id}").follow("Bekijk deze plannen op de kaart")
    assert "1 plan met een stip. Nog 1 heeft geen stip." in page.main
    assert "Bank in het park" in page.main
    assert "service.pdok.nl" in page.response.headers["Content-Security-Policy"]
    assert "De plek" in page.follow("Bank in het park").main


@pytest.mark.usefixtures("park", "few")
def test_the_result_has_a_map_of_the_plans_that_go_ahead(app, store, client, resident):
    budget = make_budget()
    for plan in store.scalars(select(Project)):
        plan.latitude, plan.longitude = 52.5149, 4.9664
    store.commit()
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    page = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers")
    assert "Waar de plannen zijn die doorgaan" in page.main
    [shown] = page.all("div", id="kaart")
    assert [dot["title"] for dot in json.loads(shown.get("data-dots"))] == ["Speeltuin"]
    assert "service.pdok.nl" in page.response.headers["Content-Security-Policy"]
