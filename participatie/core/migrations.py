"""Bringing the database to the newest shape, by any number of starters at once."""

from pathlib import Path

import flask_migrate
from flask import current_app
from kombu.entity import Queue
from sqlalchemy import text

from participatie.core.db import db
from participatie.core.queue import BROKER_SCHEMA

DIRECTORY = Path(__file__).parent.parent.parent / "migrations"


def upgrade(revision: str = "head") -> None:
    """Run what is missing up to `revision`, and make the tables of the queue."""
    flask_migrate.upgrade(directory=_directory(), revision=revision)
    celery = current_app.extensions["celery"]
    if celery.conf.broker_url.startswith("sqla+"):
        with celery.connection_for_write() as connection:
            channel = connection.default_channel
            queue = Queue(celery.conf.task_default_queue)  # type: ignore[no-untyped-call]
            queue(channel).declare()  # type: ignore[no-untyped-call]
            channel.session.close()
        _let_web_use_the_queue()


def downgrade(revision: str) -> None:
    """Undo down to `revision`."""
    flask_migrate.downgrade(directory=_directory(), revision=revision)


def write(message: str, *, number: int) -> None:
    """Write migration `number` from what the models say more than the database."""
    flask_migrate.migrate(directory=_directory(), message=message, rev_id=f"{number:04d}")


def _directory() -> str:
    """Where the migrations are; the application learns of them only when they are run."""
    if "migrate" not in current_app.extensions:
        flask_migrate.Migrate(current_app, db)
    return str(DIRECTORY)


def _let_web_use_the_queue() -> None:
    with db.engine.begin() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'web'")):
            for kind in ("TABLES", "SEQUENCES"):
                connection.execute(
                    text(f"GRANT ALL ON ALL {kind} IN SCHEMA {BROKER_SCHEMA} TO web")
                )
