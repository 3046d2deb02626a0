"""Votes with real commits: many at once, and workers that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.identity.rules import VISITOR
from participatie.votes.keys import Receipt
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.rounds import GREEDY, Channel, Voter
from participatie.votes.services import casting, closing, counting
from tests import factories, moments
from tests.database import Cluster
from tests.factories import OptionFactory, RoundFactory, soon


@contextmanager
def inside(site: Flask) -> Iterator[None]:
    """A short transaction, as a request has."""
    with site.app_context():
        try:
            yield
            db.session.commit()
        finally:
            db.session.remove()


def make_round(site: Flask) -> int:
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        vote_round = RoundFactory(counting=GREEDY)
        for code in "abc":
            OptionFactory(round_id=vote_round.id, code=code, cost=30_000_00)
        return int(vote_round.id)


def at_once(count: int, act: Callable[[int], object]) -> list[Any]:
    """What `act` gives in `count` threads that start together; a refusal is what it gives."""
    start = threading.Barrier(count)

    def run(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except DomainError as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def cast(site: Flask, round_id: int, voter: str, press: UUID, chosen: str = "a") -> Receipt:
    keys = site.extensions["vote_keys"]
    who = Voter(keys.voter_key(round_id, voter), Channel.LOGIN)
    with inside(site):
        return casting.cast(round_id, [[*chosen]], voter=who, press=press, keys=keys, owner=None)


def counts(site: Flask) -> tuple[int, int]:
    """The numbers of rows on the roll and of ballots."""
    with inside(site):
        roll = db.session.scalars(select(func.count()).select_from(Roll)).one()
        return roll, db.session.scalars(select(func.count()).select_from(Ballot)).one()


def finish(site: Flask, round_id: int) -> None:
    """End, close and count a round."""
    with inside(site):
        moments.over(db.session, round_id)
        closing.close(round_id, actor=VISITOR, now=soon())
    with inside(site):
        counting.tally(round_id, keys=site.extensions["vote_keys"], now=soon())


@contextmanager
def worker(site: Flask, cluster: Cluster) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on the database of `site`."""
    config = site.extensions["config"]
    env = {
        **os.environ,
        "APP_ENV": "demo",
        "DATABASE_URL": config.database_url,
        "DATA_DIR": str(config.data_dir),
        "SECRET_KEY": config.secret_key,
    }
    command = [sys.executable, "-m", "celery", "-q", "-A", "participatie.worker:celery_app"]
    process = subprocess.Popen(
        [*command, "worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def send(site: Flask, name: str, *arguments: object) -> None:
    with site.app_context():
        site.extensions["celery"].send_task(f"participatie.votes.tasks.{name}", arguments)


def rows(site: Flask, model: type) -> int:
    with inside(site):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def counted_here(site: Flask, round_id: int) -> tuple[object, str, str]:
    """What the count gives, without keeping it."""
    with site.app_context():
        [made] = counting.tally(round_id, keys=site.extensions["vote_keys"], now=soon())
        result = (made.result, made.input_hash, made.result_hash)
        db.session.rollback()
        db.session.remove()
    return result
