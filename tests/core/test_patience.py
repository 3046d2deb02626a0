"""How long a page waits for the database, and how long the pages of the staff do."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from participatie.app import create_app
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.patience import AT_WORK, ON_PAGES
from tests.conftest import visitor
from tests.database import dispose
from tests.factories import ClerkFactory, ResidentFactory
from tests.real import storing
from tests.sessions import give_session


@pytest.fixture
def site(cluster, worker_id):
    with cluster.copy(f"patience_{worker_id}") as name:
        app = create_app(cluster.config(name), patience=ON_PAGES)
        app.add_url_rule("/limit", "limit", anyone(_limit))
        yield app
        dispose(app)


def _limit():
    """What holds before and after a commit in one request."""
    limit = text("SELECT current_setting('statement_timeout')")
    before = db.session.scalar(limit)
    db.session.commit()
    return f"{before} {db.session.scalar(limit)}"


def test_the_staff_may_ask_more_of_the_database_than_a_resident(site):
    browsers = [visitor(site) for _ in range(3)]
    with storing(site) as store:
        for browser, account in zip(browsers, (ResidentFactory(), ClerkFactory()), strict=False):
            give_session(site, store, browser.raw, account)
    resident, clerk, stranger = (browser.raw for browser in browsers)
    for _ in range(2):  # on the same connections
        assert clerk.get("/limit").text == "1min 1min"
        assert resident.get("/limit").text == "4s 4s"
        assert stranger.get("/limit").text == "4s 4s"


def test_who_waits_hears_sooner_from_a_server_that_works_than_that_it_is_silent():
    for patience in (AT_WORK, ON_PAGES):
        assert patience.lock < patience.statement < patience.answer
