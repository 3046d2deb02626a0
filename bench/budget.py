"""The list of a resident with 200 plans: the page, and putting a plan on it. Prints figures.

    python -m bench.budget

In one process, without a network: what is measured is the CPU of the application.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

from flask.testing import FlaskClient

from bench.report import Report
from participatie.app import create_app
from participatie.core.db import db
from participatie.votes.rules.rounds import GREEDY
from tests import factories
from tests.database import Cluster, dispose
from tests.factories import (
    BudgetFactory,
    OptionFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.sessions import give_session

PLANS = 200
TIMES = 30
SUMMARY = (
    "Een plek waar kinderen veilig kunnen spelen en hun ouders elkaar ontmoeten, het hele jaar."
)


def main() -> None:
    """Make the budget, and read the clock of the CPU round each request."""
    cluster = Cluster.start()
    try:
        with cluster.copy("bench_budget") as name:
            app = create_app(cluster.config(name))
            with app.app_context():
                factories.bind(db.session, app.extensions["vote_keys"])
                number, first = _budget()
                client = app.test_client()
                give_session(app, db.session(), client, ResidentFactory(), vote_pseudonym="v1$b")
                db.session.remove()
            _measure(client, f"/begrotingen/{number}", first)
            dispose(app)
    finally:
        cluster.stop()


def _budget() -> tuple[int, str]:
    vote = RoundFactory(counting=GREEDY, budget=100_000_000)
    budget = BudgetFactory(round=vote)
    for place in range(PLANS):
        title = f"Speeltuin aan de Lindelaan nummer {place}"
        option = OptionFactory(round_id=vote.id, code=str(place), title=title, cost=1_000_00)
        ProjectFactory(
            budget_id=budget.id,
            process=budget.process,
            title=title,
            summary=SUMMARY,
            option_id=option.id,
        )
    vote.rules_hash = "0" * 64
    db.session.commit()
    return budget.id, "0"


def _measure(client: FlaskClient, path: str, plan: str) -> None:
    page = client.get(path)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    if found is None:
        raise LookupError("the page has no form")
    data = {"csrf_token": found[1]}

    def press(act: str) -> Callable[[], object]:
        return lambda: client.post(f"{path}/lijst", data={**data, "press": f"{act}:{plan}"})

    reading = _cpu(lambda: client.get(path))
    adding, taking = [], []
    for _ in range(TIMES):
        adding.append(_once(press("put")))
        taking.append(_once(press("take")))
    report = Report(f"a list with {PLANS} plans")
    report.row("the page, half of the times within", reading, "ms CPU", "≤ 30")
    report.row("the page without its images", len(page.data) / 1000, "kB", "≤ 150")
    report.row("putting a plan on it", statistics.median(adding), "ms CPU", "≤ 5")
    report.row("taking it off", statistics.median(taking), "ms CPU", "≤ 5")
    report.show()


def _cpu(act: Callable[[], object]) -> float:
    return statistics.median(_once(act) for _ in range(TIMES))


def _once(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
