from __future__ import annotations

import pytest

from participatie.budget.models.budgets import Budget
from participatie.budget.tasks import award_counted
from participatie.votes.rules.rounds import RoundState
from tests.budget.assessing import acting, give
from tests.budget.steps import cast, counted, make_budget
from tests.factories import (
    AssessorFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)


@pytest.fixture
def resident(store, log_in):
    """`resident()` is the browser of a resident who may vote."""

    def give(pseudonym="v1$vote", account=None, **contents):
        return log_in(account or ResidentFactory(), vote_pseudonym=pseudonym, **contents)

    return give


@pytest.fixture
def assessed(context):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    return BudgetFactory(process=ProcessFactory(), round=vote, has_assessment=True)


@pytest.fixture
def clerk(context):
    return acting(ClerkFactory(public_name="Karin"))


@pytest.fixture
def author(context):
    return acting(ResidentFactory(public_name="Annie"))


@pytest.fixture
def plan(assessed, author):
    return ProjectFactory(
        budget_id=assessed.id, process=assessed.process, author_id=author.id, cost=0
    )


@pytest.fixture
def mira(context):
    return acting(AssessorFactory(public_name="Mira"))


@pytest.fixture
def joost(context):
    return acting(AssessorFactory(public_name="Joost"))


@pytest.fixture
def people(mira, joost, author):
    return mira, joost, author


@pytest.fixture
def assigned(assessed, plan, clerk, mira):
    give(assessed, plan, mira, clerk=clerk)
    return plan


@pytest.fixture
def result(app, store, resident):
    """A counted budget: Zwembad won, and Speeltuin and Bankjes did not."""
    budget = make_budget()
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin", "Bankjes"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    store.get_one(Budget, budget.id).reserve = 2
    counted(app, store, budget)
    with app.app_context():
        award_counted()
    return budget.id


@pytest.fixture
def inside(result, context):
    """The same, for who calls services."""
    return result
