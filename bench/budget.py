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
TIMES = 100
WARM = 5
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

    best = min(_work() for _ in range(20))
    for _ in range(WARM):
        client.get(path), press("put")(), press("take")()
    reading, adding, taking, meanwhile = [], [], [], []
    for _ in range(TIMES):
        reading.append(_once(lambda: client.get(path)))
        adding.append(_once(press("put")))
        taking.append(_once(press("take")))
        meanwhile.append(_work())
    busy = statistics.median(meanwhile) / best
    report = Report(f"a list with {PLANS} plans; half of the times within")
    for what, times, asked in (
        ("the page", reading, "≤ 30"),
        ("putting a plan on it", adding, "≤ 5"),
        ("taking it off", taking, "≤ 5"),
    ):
        measured = statistics.median(times)
        report.row(what, measured, "ms CPU", asked)
        report.row("  so, on a quiet machine, about", measured / busy, "ms CPU", asked)
    report.row("the page without its images", len(page.data) / 1000, "kB", "≤ 150")
    report.row("fixed work, against its best", busy, "times", "1: quiet")
    report.show()


def _once(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def _work() -> float:
    """CPU seconds of a fixed piece of work: a busy machine takes longer for that too."""
    start = time.process_time()
    "".join(f"<li>{number}</li>" for number in range(20_000))
    return time.process_time() - start


if __name__ == "__main__":
    main()
