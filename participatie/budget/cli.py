"""Commands about budgets."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app
from kombu.exceptions import OperationalError

from participatie.budget.imports import RULES, import_election
from participatie.budget.models.budgets import Budget
from participatie.budget.services import supporting as of_plans
from participatie.budget.tasks import award_counted
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.core.tasks import WORKER, is_alive
from participatie.discussions.services import weighing
from participatie.proposals.services import supporting as of_proposals
from participatie.votes.counting import pabulib
from participatie.votes.counting.election import ElectionError
from participatie.votes.models.ballots import Tally
from participatie.votes.queries.results import tallies
from participatie.votes.tasks import tally

PATIENCE = 120.0  # seconds for a worker to count
LOOK_EVERY = 0.2


@click.command()
def recount() -> None:
    """Count supporters and opinions anew, say which numbers had drifted, and mend them."""
    counted = (
        ("proposal", of_proposals.recount()),
        ("plan", of_plans.recount()),
        ("discussion or comment", weighing.recount()),
    )
    db.session.commit()
    for kind, mended in counted:
        for number in mended:
            click.echo(f"{kind} {number}: its number was wrong and is right now")
    if not any(mended for _, mended in counted):
        click.echo("all numbers are right")


class Refused(click.ClickException):
    """The file cannot be imported: one sentence, and nothing was kept."""

    exit_code = 2


@click.command("import-pabulib")
@click.argument("file", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--title", help="Its name on the site; else the description in the file.")
@click.option("--rule", type=click.Choice([*RULES]), help="Count by this; else by the file's rule.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each file.")
def import_pabulib(
    file: tuple[str, ...], title: str | None, rule: str | None, as_json: bool
) -> None:
    """Make a finished budget of each FILE (.pb), and count it."""
    for path in file:
        start = time.monotonic()
        budget = _import(Path(path), title, rule)
        counted_by, counts = _count(budget)
        told = _told(budget, counts) | {
            "file": Path(path).name,
            "counted_by": counted_by,
            "seconds": round(time.monotonic() - start, 2),
        }
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told))


def _import(path: Path, title: str | None, rule: str | None) -> Budget:
    try:
        election = pabulib.read(path)
        email = current_app.extensions["config"].mail_from
        counting = RULES[rule] if rule else None
        budget = import_election(
            election, title=title, contact_email=email, now=now(), counting=counting
        )
    except (ElectionError, DomainError) as error:
        db.session.rollback()
        raise Refused(f"{path.name}: {error}") from None
    except OSError as error:
        raise Refused(f"{path.name}: {error.strerror}.") from None
    db.session.commit()
    return budget


def _count(budget: Budget) -> tuple[str, Sequence[Tally]]:
    """The count of each pot of a budget, by a worker when there is one, else by this process."""
    round_id = budget.round_id or 0
    counted_by = "worker"
    counts = _by_worker(round_id) if is_alive(WORKER, now()) else []
    if not counts:
        counted_by = "this process"
        click.echo("No worker is alive: counting in this process.", err=True)
        tally(round_id)
        counts = db.session.scalars(tallies(round_id)).all()
    award_counted()
    return counted_by, counts


def _by_worker(round_id: int) -> Sequence[Tally]:
    """Ask a worker, and wait; nothing when it does not answer."""
    try:
        tally.delay(round_id)
    except OperationalError:
        return []
    waited = 0.0
    while waited < PATIENCE:
        db.session.rollback()  # look with fresh eyes
        if counts := db.session.scalars(tallies(round_id)).all():
            return counts
        if not waited % 1:
            click.echo(f"A worker is counting … {waited:.0f} s", err=True)
        time.sleep(LOOK_EVERY)
        waited = round(waited + LOOK_EVERY, 1)
    return []


def _told(budget: Budget, counts: Sequence[Tally]) -> dict[str, Any]:
    """What was counted, of all pots together; a number to check for each."""
    base_url = current_app.extensions["config"].base_url
    return {
        "title": budget.title,
        "url": f"{base_url}/begrotingen/{budget.id}/uitslag",
        "ballots": sum(one.ballots for one in counts),
        "winners": [code for one in counts for code in one.result.get("winners", [])],
        "undecided": [code for one in counts for code in one.result.get("undecided", [])],
        "input_hash": " ".join(one.input_hash for one in counts),
        "result_hash": " ".join(one.result_hash for one in counts),
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
