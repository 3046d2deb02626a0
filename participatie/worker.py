"""Celery's side of the system: `celery -A participatie.worker:celery_app`."""

import sys
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler, SchedulingError
from kombu.transport.sqlalchemy import Transport

from participatie.app import create_app

TASK_MODULES: tuple[str, ...] = (
    "participatie.core.tasks",
    "participatie.notifications.tasks",
    "participatie.media.tasks",
    "participatie.votes.tasks",
    "participatie.budget.tasks",
)

SCHEDULE: dict[str, dict[str, object]] = {
    "heartbeat": {
        "task": "participatie.core.tasks.heartbeat",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "awards": {
        "task": "participatie.budget.tasks.award_counted",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "reminders": {
        "task": "participatie.budget.tasks.remind_unfinished",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "votes": {
        "task": "participatie.votes.tasks.sweep",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "watch": {
        "task": "participatie.votes.tasks.watch",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "heads": {
        "task": "participatie.votes.tasks.sign_heads",
        "schedule": 8.0,
        "options": {"expires": 8},
    },
    "mail": {
        "task": "participatie.notifications.tasks.send_waiting",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "images": {
        "task": "participatie.media.tasks.sweep",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "sweep": {
        "task": "participatie.notifications.tasks.sweep",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}
"""What beat starts and how often; everything in it is safe to run late, twice or not at all."""


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Beat that takes a new connection to the queue when one has broken.

    Celery's own keeps the broken one, and then nothing is ever started again.
    """

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Start one task. Raises `SchedulingError`; the next try has a new connection."""
        try:
            return super().apply_async(*args, **kwargs)
        except SchedulingError:
            for name in ("producer", "connection"):
                self.__dict__.pop(name, None)
            raise


def make() -> Celery:
    """The Celery application with all tasks and the schedule."""
    celery: Celery = create_app().extensions["celery"]
    if celery.conf.broker_url.startswith("sqla+"):
        Transport.polling_interval = 0.5
        if {"worker", "prefork"} <= set(sys.argv):
            raise SystemExit("Choose `-P threads`: a queue in PostgreSQL does not survive forks.")
    celery.conf.update(
        include=TASK_MODULES,
        beat_schedule=SCHEDULE,
        beat_scheduler=f"{__name__}:{Scheduler.__name__}",
    )
    return celery


celery_app = make()
