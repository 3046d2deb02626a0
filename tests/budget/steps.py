"""What the tests of the pages of a budget do again and again."""

from __future__ import annotations

from sqlalchemy import func, select, text

from participatie.core.clock import now
from participatie.core.db import db
from participatie.identity.rules import VISITOR
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import GREEDY
from participatie.votes.services import board, counting, publishing
from tests import moments
from tests.factories import (
    BudgetFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    RoundFactory,
)
from tests.pages import text_of

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


def button(page, words):
    """The whole name of the one button or link that begins with `words`."""
    names = {text_of(element) for tag in ("button", "a") for element in page.all(tag)}
    (name,) = (name for name in names if name.startswith(words))
    return name


def put(page, title):
    return page.press(button(page, f"Voeg {title} toe"))


def rows(store, model):
    return store.scalar(select(func.count()).select_from(model))


def cast(visitor, budget, *titles):
    page = visitor.get(f"/begrotingen/{budget.id}")
    for title in titles:
        page = put(page, title)
    number = f"deze {len(titles)} plannen" if len(titles) > 1 else "dit plan"
    return page.follow("Controleer uw lijst").press(f"Stem op {number}")


def closed(store, budget):
    moments.over(store, budget.round_id)
    store.execute(
        text("UPDATE vote_round SET state = 'closed', closed_at = closes_at WHERE id = :id"),
        {"id": budget.round_id},
    )
    store.commit()


def counted(app, store, budget):
    """Close and count in the transaction of the test."""
    closed(store, budget)
    with app.app_context():
        board.take_up(budget.round_id, all_of_them=True)
        counting.tally(budget.round_id, keys=app.extensions["vote_keys"], now=now())
        publishing.publish_by_itself(budget.round_id, actor=VISITOR, now=now())
        db.session.commit()
