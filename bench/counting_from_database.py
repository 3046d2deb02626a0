"""Counting a real election out of the database. Prints figures, tests nothing.

    PABULIB_DIR=… python -m bench.counting_from_database

West Begroot (14,411 ballots, 58 plans) is imported, then counted as the worker counts it: from
the opened choices in the database to the result in the database.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from bench.report import Report
from participatie.app import create_app
from participatie.budget.imports import import_election
from participatie.config import Config, Environment
from participatie.core import migrations
from participatie.core.clock import now
from participatie.core.db import db
from participatie.run.postgres import Postgres
from participatie.votes.counting import pabulib
from participatie.votes.keys import Keys
from participatie.votes.services import counting

FILE = "Netherlands_Amsterdam_309.pb"
TIMES = 5


def main() -> None:
    """Import once, count several times without keeping it."""
    election = pabulib.read(Path(os.environ["PABULIB_DIR"]) / FILE)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="participatie-")))
        folder.chmod(0o755)
        postgres = Postgres(folder / "data")
        postgres.prepare()
        postgres.start()
        stack.callback(postgres.stop)
        postgres.wait_ready()
        postgres.create_roles()
        app = create_app(
            Config(
                environment=Environment.DEMO,
                data_dir=folder / "data",
                base_url="http://127.0.0.1",
                secret_key=secrets.token_urlsafe(32),
                database_url=postgres.url("owner"),
            )
        )
        with app.app_context():
            migrations.upgrade()
            start = time.monotonic()
            budget = import_election(
                election, title=None, contact_email="bench@localhost", now=now()
            )
            db.session.commit()
            imported = time.monotonic() - start
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            seconds = [
                _count(budget.round_id or 0, app.extensions["vote_keys"]) for _ in range(TIMES)
            ]
            db.engine.dispose()
    report = Report(f"counting {FILE} from the database ({election.voters} ballots)")
    report.row("import of the file into the database", imported, "s", "-")
    report.row("count, half of the times within", statistics.median(seconds), "s", "≤ 0.5")
    report.row("count, the slowest", max(seconds), "s", "≤ 0.5")
    report.show()


def _count(round_id: int, keys: Keys) -> float:
    db.session.expire_all()
    start = time.monotonic()
    counting.tally(round_id, keys=keys, now=now())
    taken = time.monotonic() - start
    db.session.rollback()
    return taken


if __name__ == "__main__":
    main()
