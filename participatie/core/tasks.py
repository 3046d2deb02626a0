"""Celery and Flask: every task runs in an application context and says what it did.

A task returns a sentence for the log, and "" when there was nothing to do.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from celery import Celery, Task, shared_task
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core import outages, site_watch
from participatie.core.clock import now
from participatie.core.db import Base, db
from participatie.core.queue import BROKER_SCHEMA, settings

log = logging.getLogger("participatie.tasks")

WORKER = "worker"
SITE = "site"
ALIVE = timedelta(seconds=30)
"""How long after its last sign of life a worker counts as there."""


class Heartbeat(Base):
    """When a process that works through the queue was last seen alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


def make_celery(app: Flask, *, broker: str) -> Celery:
    """The Celery application of a Flask application."""

    class FlaskTask(Task):  # type: ignore[misc]
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                start = time.monotonic()
                outcome = self.run(*args, **kwargs)
                took = time.monotonic() - start
                level = logging.INFO if outcome else logging.DEBUG
                log.log(level, "%s%s: %s (%.3f s)", self.name, args, outcome, took)
                return outcome

    celery = Celery(app.name, task_cls=FlaskTask)
    celery.conf.update(settings(broker))
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def beat_once(name: str, now: datetime) -> None:
    """Write that the process `name` is alive. The caller commits."""
    row = insert(Heartbeat).values(name=name, seen_at=now)
    db.session.execute(
        row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": row.excluded.seen_at})
    )


def is_alive(name: str, moment: datetime) -> bool:
    """Whether the process `name` has been seen in the last half minute."""
    heartbeat = db.session.get(Heartbeat, name, populate_existing=True)
    return heartbeat is not None and moment - heartbeat.seen_at < ALIVE


@shared_task  # type: ignore[untyped-decorator]
def heartbeat() -> str:
    """Write that beat, the queue and a worker are alive: this came all the way through.

    When the last time was too long ago, that is an outage.
    """
    moment = now()
    before = select(Heartbeat.seen_at).where(Heartbeat.name == WORKER).with_for_update()
    last = db.session.scalars(before).one_or_none()
    if last is not None:
        outages.seen_again(outages.System.PROGRAM, last=last, now=moment)
    beat_once(WORKER, moment)
    db.session.commit()
    return ""


@shared_task  # type: ignore[untyped-decorator]
def watch_site() -> str:
    """Note that the site does not answer at the address of its visitors.

    Only where it did before: a worker may stand where it cannot reach that address.
    """
    moment, known = now(), db.session.get(Heartbeat, SITE)
    if site_watch.answers(current_app.extensions["config"].base_url):
        beat_once(SITE, moment)
        outages.worked(outages.System.SITE)
        said = ""
    elif known is None:
        said = ""
    else:
        outages.failed(outages.System.SITE, moment)
        said = "the site does not answer"
    db.session.commit()
    return said


def sweep_broker() -> int:
    """Delete the messages that the queue has handed out; they are never read again."""
    result = db.session.execute(
        text(f"DELETE FROM {BROKER_SCHEMA}.kombu_message WHERE NOT visible")  # noqa: S608
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
