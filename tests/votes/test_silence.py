"""F14: a database that is stopped, or behind a network that is cut, while people vote.

The server of these tests is really stopped (SIGSTOP) and goes on later (SIGCONT). The socket stays
open all the while, so nobody hears that it is gone.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psutil
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from participatie.app import create_app
from participatie.core.db import db
from participatie.core.headers import HEADERS
from participatie.core.patience import Patience
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardCounter
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import board as board_queries
from tests.conftest import LONG_FORMS, visitor
from tests.database import Cluster, dispose
from tests.factories import ResidentFactory
from tests.pages import Page
from tests.real import storing
from tests.sessions import give_session
from tests.votes.busy import inside, wait_until
from tests.votes.polls import make_poll
from tests.votes.test_polls import CAST, RECEIVED, code_on, fill_in

SHORT = Patience(statement=20, lock=10, answer=0.8, connect=2, rest=0.1)
NOT_KNOWN = "Wij weten niet of uw stem is aangekomen"
AGAIN = "Verstuur mijn stem nog een keer"
NEVER = 1_000_000

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server of these tests alone: nobody else waits while it stands still."""
    cluster = Cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def site(server: Cluster) -> Iterator[Flask]:
    with server.copy("silence") as name:
        app = create_app(server.config(name), patience=SHORT)
        app.testing = False
        yield app
        dispose(app)


def signal_all(server: Cluster, number: signal.Signals) -> None:
    assert server.server.process
    postmaster = psutil.Process(server.server.process.pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        process.send_signal(number)


@contextmanager
def stopping_at(site: Flask, server: Cluster, number: int) -> Iterator[list[str]]:
    """Stop the server just before this statement or commit is sent; it goes on at the end.

    Gives what was sent until then.
    """
    with site.app_context():
        engine = db.engine
    sent: list[str] = []

    def note(what: str) -> None:
        if len(sent) == number:
            signal_all(server, signal.SIGSTOP)
        sent.append(what)

    def statement(*arguments: object) -> None:
        note(str(arguments[2]))

    def commit(_connection: object) -> None:
        note("COMMIT")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield sent
    finally:
        signal_all(server, signal.SIGCONT)
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def boxed(site: Flask) -> tuple[int, ...]:
    """How many voters and ballots there are, and of how many the cast can come on the board."""
    with inside(site):
        counts = [
            db.session.scalars(select(func.count()).select_from(model)).one()
            for model in (Roll, Ballot)
        ]
        asked = {"round": db.session.scalars(select(BoardCounter.round_id)).one()}
        return (*counts, db.session.scalars(board_queries.WAITING_VOTERS, asked).one())


def checked_ballot(site: Flask, vote: VoteRound, number: int) -> Page:
    """The last page before the button, in the browser of a voter with this number."""
    browser = visitor(site)
    with storing(site) as store:
        voter = ResidentFactory()
        give_session(site, store, browser.raw, voter, vote_pseudonym=f"v1${number}")
    return fill_in(browser, vote, **{"q.v1": "v1a"})


def press(page: Page, vote: VoteRound) -> TestResponse:
    """The answer to the button, and nothing after it."""
    sent = {name: page.all("input", name=name)[0].get("value") for name in ("press", "csrf_token")}
    return page.client.raw.post(f"/stemmingen/{vote.id}/stem", data=sent)


def answers(page: Page) -> bool:
    """Whether the site asks its database again."""
    return page.client.raw.get("/stemmingen").status_code == 200


def test_f14_a_vote_is_stored_once_wherever_the_database_stops(site, server):
    """No receipt that is false, none lost, none doubled; whether it stops before anything is known,
    with the ballot under way or with its commit. In the long form at every statement of a cast.
    """
    with storing(site) as store:
        vote = make_poll(store)
    calm = checked_ballot(site, vote, 0)
    with stopping_at(site, server, NEVER) as sent:
        assert press(calm, vote).status_code == 303
    in_box = next(at for at, one in enumerate(sent) if "INSERT INTO ballot" in one)
    stops = range(len(sent)) if LONG_FORMS else (0, in_box, sent.index("COMMIT", in_box))
    for voters, number in enumerate(stops, 2):
        page = checked_ballot(site, vote, voters)
        with stopping_at(site, server, number):
            answer = Page(press(page, vote), page.client)
        assert (answer.status, answer.h1) == (503, NOT_KNOWN)
        assert HEADERS.items() <= dict(answer.response.headers).items()
        assert not answer.all("p", class_="p-code")
        wait_until(partial(answers, page))
        received = answer.press(AGAIN)
        assert received.h1 == RECEIVED
        assert code_on(page.press(CAST)) == code_on(received)
        assert boxed(site) == (voters,) * 3
