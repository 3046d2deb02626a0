"""An application on a database of its own, where a commit is a commit: for races and processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier
from time import monotonic, sleep
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from participatie.app import create_app
from participatie.core.db import db
from tests import factories
from tests.database import Cluster, dispose

T = TypeVar("T")
WAIT = 30
"""After so many seconds a test that waits for another connection has failed."""


@contextmanager
def real_apps(
    cluster: Cluster, name: str, count: int = 1, **settings: Any
) -> Iterator[list[Flask]]:
    """`count` applications, as in so many processes, on one fresh database."""
    with cluster.copy(name) as database:
        config = replace(cluster.config(database), **settings)
        apps = [create_app(config) for _ in range(count)]
        try:
            yield apps
        finally:
            for app in apps:
                dispose(app)


@contextmanager
def storing(app: Flask) -> Iterator[Session]:
    """A session of the test itself on the database of `app`; factories write to it."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        factories.bind(session, app.extensions["vote_keys"])
        yield session


def at_once(act: Callable[[int], T], times: int) -> list[T]:
    """What `act(0)`, `act(1)` … give when all start at the same moment, each in a thread."""
    barrier = Barrier(times)

    def one(number: int) -> T:
        barrier.wait(WAIT)
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def wait_until_somebody_waits(app: Flask) -> None:
    """Until another connection waits for a lock in the database of `app`."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with app.app_context():
        engine = db.engine
    end = monotonic() + WAIT
    with engine.connect() as connection:
        while not connection.scalar(waiting):
            connection.rollback()
            assert monotonic() < end, "nobody waited"
            sleep(0.02)
