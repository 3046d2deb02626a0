"""Commands about budgets."""

import json
import time
from pathlib import Path
from typing import Any

import click
from flask import current_app
from kombu.exceptions import OperationalError

from participatie.budget.imports import import_election
from participatie.budget.models import Budget
from participatie.budget.tasks import award_counted
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.core.tasks import WORKER, is_alive
from participatie.votes.counting import pabulib
from participatie.votes.counting.election import ElectionError
from participatie.votes.models.ballots import Tally
from participatie.votes.queries.results import latest_tally
from participatie.votes.tasks import tally

PATIENCE = 120.0  # seconds for a worker to count
LOOK_EVERY = 0.2


class Refused(click.ClickException):
    """The file cannot be imported: one sentence, and nothing was kept."""

    exit_code = 2


@click.command("import-pabulib")
@click.argument("file", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--title", help="Its name on the site; else the description in the file.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each file.")
def import_pabulib(file: tuple[str, ...], title: str | None, as_json: bool) -> None:
    """Make a finished budget of each FILE (.pb), and count it."""
    for path in file:
        start = time.monotonic()
        budget = _import(Path(path), title)
        counted_by, count = _count(budget)
        told = _told(budget, count) | {
            "file": Path(path).name,
            "counted_by": counted_by,
            "seconds": round(time.monotonic() - start, 2),
        }
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told))


def _import(path: Path, title: str | None) -> Budget:
    try:
        election = pabulib.read(path)
        email = current_app.extensions["config"].mail_from
        budget = import_election(election, title=title, contact_email=email, now=now())
    except (ElectionError, DomainError) as error:
        db.session.rollback()
        raise Refused(f"{path.name}: {error}") from None
    except OSError as error:
        raise Refused(f"{path.name}: {error.strerror}.") from None
    db.session.commit()
    return budget


def _count(budget: Budget) -> tuple[str, Tally]:
    """The count of a budget, by a worker when there is one, else by this process."""
    round_id = budget.round_id or 0
    counted_by = "worker"
    count = _by_worker(round_id) if is_alive(WORKER, now()) else None
    if count is None:
        counted_by = "this process"
        click.echo("No worker is alive: counting in this process.", err=True)
        tally(round_id)
        count = db.session.scalars(latest_tally(round_id)).one()
    award_counted()
    return counted_by, count


def _by_worker(round_id: int) -> Tally | None:
    """Ask a worker, and wait; None when it does not answer."""
    try:
        tally.delay(round_id)
    except OperationalError:
        return None
    waited = 0.0
    while waited < PATIENCE:
        db.session.rollback()  # look with fresh eyes
        if count := db.session.scalars(latest_tally(round_id)).one_or_none():
            return count
        if not waited % 1:
            click.echo(f"A worker is counting … {waited:.0f} s", err=True)
        time.sleep(LOOK_EVERY)
        waited = round(waited + LOOK_EVERY, 1)
    return None


def _told(budget: Budget, count: Tally) -> dict[str, Any]:
    base_url = current_app.extensions["config"].base_url
    return {
        "title": budget.title,
        "url": f"{base_url}/begrotingen/{budget.id}/uitslag",
        "ballots": count.ballots,
        "winners": count.result.get("winners", []),
        "undecided": count.result.get("undecided", []),
        "input_hash": count.input_hash,
        "result_hash": count.result_hash,
    }


def _sentence(told: dict[str, Any]) -> str:
    outcome = (
        f"undecided, a lot is needed between {', '.join(told['undecided'])}"
        if told["undecided"]
        else f"{len(told['winners'])} winners"
    )
    return (
        f"{told['title']}: {told['ballots']} ballots, {outcome}, "
        f"{told['seconds']} s by {told['counted_by']}. {told['url']}"
    )
