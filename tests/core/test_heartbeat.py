from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.outages import Outage, System
from participatie.core.tasks import WORKER, beat_once, heartbeat, is_alive, watch_site
from tests.factories import soon


@pytest.mark.usefixtures("context")
def test_a_worker_is_there_for_half_a_minute_after_it_was_seen():
    assert not is_alive(WORKER, soon())
    heartbeat.run()  # calling it would use the newest application of this process
    assert is_alive(WORKER, soon())
    assert not is_alive(WORKER, soon(seconds=31))


@pytest.mark.usefixtures("context")
def test_a_second_sign_of_life_replaces_the_first():
    beat_once(WORKER, soon(minutes=-5))
    assert not is_alive(WORKER, soon())
    beat_once(WORKER, soon())
    db.session.commit()
    assert is_alive(WORKER, soon())


@pytest.mark.usefixtures("context")
def test_a_long_silence_between_two_signs_of_life_is_an_outage():
    for minutes in (-20, 0):
        beat_once(WORKER, soon(minutes=minutes))
        db.session.commit()
        heartbeat.run()
    outage = db.session.scalars(select(Outage)).one()
    lasted = outage.away_until - outage.away_from
    assert (outage.system, round(lasted / timedelta(minutes=1))) == (System.PROGRAM, 20)


class Well(BaseHTTPRequestHandler):
    """A site that says what `server.status` is."""

    def do_GET(self) -> None:
        self.send_response(self.server.status if self.path == "/gezond" else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@contextmanager
def answering(status: int) -> Iterator[str]:
    """The address of a site that answers so."""
    server = HTTPServer(("127.0.0.1", 0), Well)
    server.status = status  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def look(app, context, monkeypatch):
    """`look(address, minutes)` is what the worker does at that time."""

    def at(address: str, minutes: int) -> str:
        config = replace(app.extensions["config"], base_url=address)
        monkeypatch.setitem(app.extensions, "config", config)
        with time_machine.travel(soon(minutes=minutes), tick=False):
            said: str = watch_site.run()
        return said

    return at


def test_a_site_that_does_not_answer_any_more_is_an_outage_until_it_does(look):
    with answering(200) as address:
        assert look(address, 0) == ""
    for minutes in (1, 10, 17):
        assert look(address, minutes) == "the site does not answer"
    with answering(503) as address:
        assert look(address, 18) == "the site does not answer"
    with answering(200) as address:
        assert look(address, 19) == ""
    outage = db.session.scalars(select(Outage)).one()
    lasted = outage.away_until - outage.away_from
    assert (outage.system, outage.is_over) == (System.SITE, True)
    assert round(lasted / timedelta(minutes=1)) == 17


def test_a_site_that_the_worker_never_reached_is_not_away(look):
    assert look("http://127.0.0.1:9", 0) == ""
    assert db.session.scalars(select(Outage)).all() == []
