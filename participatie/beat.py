"""What starts the regular work: `celery -A participatie.beat:celery_app beat`.

It knows names and times only, so that this process stays small: no page, no task, no count.
"""

import os
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler, SchedulingError

from participatie.config import Config
from participatie.core.queue import broker_of, settings

SCHEDULE: dict[str, dict[str, object]] = {
    "heartbeat": {
        "task": "participatie.core.tasks.heartbeat",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "site": {
        "task": "participatie.core.tasks.watch_site",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "awards": {
        "task": "participatie.budget.tasks.award_counted",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "comparisons": {
        "task": "participatie.budget.tasks.compare_decided",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "reminders": {
        "task": "participatie.budget.tasks.remind_unfinished",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "assessments": {
        "task": "participatie.budget.tasks.take_silence_for_agreement",
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
    "arrivals": {
        "task": "participatie.votes.tasks.tell_arrived",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "keys": {
        "task": "participatie.votes.tasks.remind",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "board": {
        "task": "participatie.votes.tasks.take_up",
        "schedule": 60.0,
        "kwargs": {"with_codes": False},
        "options": {"expires": 60},
    },
    "board-with-codes": {
        "task": "participatie.votes.tasks.take_up",
        "schedule": 3600.0,
        "kwargs": {"with_codes": True},
        "options": {"expires": 3600},
    },
    "heads": {
        "task": "participatie.votes.tasks.sign_heads",
        "schedule": 8.0,
        "options": {"expires": 8},
    },
    "terms": {
        "task": "participatie.proposals.tasks.end_terms",
        "schedule": 3600.0,
        "options": {"expires": 3600},
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
    """A Celery application with the schedule and without any task."""
    celery = Celery("participatie")
    celery.conf.update(
        settings(broker_of(Config.from_env(os.environ))),
        beat_schedule=SCHEDULE,
        beat_scheduler=f"{__name__}:{Scheduler.__name__}",
    )
    return celery


celery_app = make()
