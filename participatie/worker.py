"""The work behind the site: `celery -A participatie.worker:celery_app worker`."""

import sys
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from kombu.transport.sqlalchemy import Transport

from participatie.app import create_app

TASK_MODULES: tuple[str, ...] = (
    "participatie.core.tasks",
    "participatie.notifications.tasks",
    "participatie.media.tasks",
    "participatie.votes.tasks",
    "participatie.proposals.tasks",
    "participatie.budget.tasks",
)


def make() -> Celery:
    """The Celery application with all tasks."""
    celery: Celery = create_app().extensions["celery"]
    if celery.conf.broker_url.startswith("sqla+"):
        Transport.polling_interval = 0.5
        if {"worker", "prefork"} <= set(sys.argv):
            raise SystemExit("Choose `-P threads`: a queue in PostgreSQL does not survive forks.")
    celery.conf.update(include=TASK_MODULES)
    # What it warns root of is code inside a message; ours are JSON with a few numbers.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    return celery


celery_app = make()
