"""Fixtures of all tests: a database that forgets, an application, a client that checks pages.

No test holds an application context open round a request: it would share the session of the view,
and a view that forgets to commit would pass.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.ctx import AppContext
from hypothesis import settings
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, event, select, text
from sqlalchemy.orm import Session

from participatie.app import create_app
from participatie.core.db import db
from participatie.core.page_cache import ContentVersion
from participatie.identity.models import Account
from participatie.votes.rules import publication
from tests import factories
from tests.database import Cluster, dispose
from tests.evidence import Keeper
from tests.pages import PageClient
from tests.sealer import Sealer, running_sealer
from tests.sessions import give_session

LONG_FORMS = "KEEP_EVIDENCE" in os.environ
# The same code gives the same answer in `make test`; `make evidence` looks for new examples.
settings.register_profile(
    "participatie", deadline=None, print_blob=True, derandomize=not LONG_FORMS
)
settings.load_profile("participatie")

_cluster: list[Cluster] = []


def pytest_configure(config: pytest.Config) -> None:
    """The process that hears of every test notes how it went, when that is asked."""
    if LONG_FORMS and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Keeper())


@pytest.hookimpl(optionalhook=True)  # of xdist; without it there is one process
def pytest_configure_node(node: Any) -> None:
    """Before a worker of the run starts: start the server, once, and tell it where."""
    if not _cluster:
        _cluster.append(Cluster.start())
    node.workerinput["cluster"] = str(_cluster[0].directory)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the last worker: stop the server."""
    if _cluster and not hasattr(session.config, "workerinput"):
        _cluster.pop().stop()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The server of this run."""
    if hasattr(request.config, "workerinput"):
        return Cluster.at(Path(request.config.workerinput["cluster"]))
    if not _cluster:
        _cluster.append(Cluster.start())
    return _cluster[0]


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Which process of the run this is, as xdist calls it; also where there is no xdist."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "master"))


@pytest.fixture(scope="session")
def app(cluster: Cluster, worker_id: str) -> Iterator[Flask]:
    """The application, on a database of this worker."""
    with cluster.copy(f"tests_{worker_id}") as name:
        application = create_app(cluster.config(name))
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        yield application
        dispose(application)


def _end_transaction(connection: Connection, _name: str, _context: object) -> None:
    """What ends is a transaction to who works: the next one raises the version of content anew.

    Beside SQLAlchemy, so that tests that count questions do not count this one.
    """
    raw = connection.connection.driver_connection
    if raw and raw.info.transaction_status == TransactionStatus.INTRANS:
        raw.execute("SELECT set_config('participatie.raised_in', '', true)")


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """One connection that everything in this test uses; what it did is undone afterwards."""
    app.extensions["celery"].set_current()  # tasks run here, also after another app was made
    with app.app_context():
        engines = cast(dict[str | None, Any], db.engines)
        cache = app.extensions["page_cache"]
        cache.forget()  # its versions are undone with the rest
        engine = engines[None]
    with engine.connect() as one:
        outer = one.begin()
        read_version = cache.read_version
        cache.read_version = lambda: one.execute(select(ContentVersion.version)).scalar_one()
        one.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        event.listen(one, "release_savepoint", _end_transaction)
        engines[None] = one
        try:
            yield one
        finally:
            engines[None] = engine
            cache.read_version = read_version
            outer.rollback()


@pytest.fixture
def store(app: Flask, connection: Connection) -> Iterator[Session]:
    """A session of the test itself, beside those of the requests; factories write to it."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        factories.bind(session, app.extensions["vote_keys"])
        yield session


@pytest.fixture
def context(app: Flask, connection: Connection) -> Iterator[AppContext]:
    """An application context, for tests of services; factories write to its session."""
    with app.app_context() as pushed:
        factories.bind(db.session, app.extensions["vote_keys"])
        yield pushed
        db.session.remove()


@pytest.fixture
def client(app: Flask, store: Session) -> PageClient:
    """A visitor who is not logged in."""
    return visitor(app)


@pytest.fixture
def log_in(app: Flask, store: Session) -> Any:
    """`log_in(account)` gives the client of somebody who is logged in as `account`."""

    def give(account: Account, **contents: Any) -> PageClient:
        client = visitor(app)
        give_session(app, store, client.raw, account, **contents)
        return client

    return give


def visitor(app: Flask) -> PageClient:
    """A new browser."""
    return PageClient(app.test_client())


@pytest.fixture
def sealer() -> Iterator[Sealer]:
    """A sealer of this test alone: a process that can be killed and started."""
    with running_sealer() as made:
        yield made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choices are published however few people voted."""
    monkeypatch.setattr(publication, "FEW", 1)
