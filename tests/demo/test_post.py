"""The post of the demo, and no trace of a BSN anywhere."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from participatie.config import Environment
from participatie.core.db import db
from participatie.core.logs import OneLine
from participatie.core.outbox import OutboxMessage
from participatie.identity.models import Account
from participatie.identity.providers.stub import PEOPLE
from participatie.notifications import tasks
from participatie.notifications.models import DemoMail
from tests.conftest import visitor
from tests.factories import LONG_AGO
from tests.real import real_apps, storing


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What every logger says from here on; the loggers are put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    yield written
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def demo(cluster, worker_id, log) -> Iterator[Flask]:
    with real_apps(cluster, f"demo_{worker_id}", environment=Environment.DEMO) as (app,):
        handler = logging.StreamHandler(log)
        handler.setFormatter(OneLine("%(message)s"))
        logging.getLogger().handlers[:] = [handler]
        logging.getLogger().setLevel(logging.DEBUG)
        yield app


def _mail(app, **changes):
    with storing(app) as store:
        words = {
            "message_id": "<1@x.example>",
            "recipient": "karin@waterlanden.example",
            "subject": "Uw <b>link</b>",
            "text": "Beste Karin,\n\nhttps://waterlanden.example/x\n<script>alert(1)</script>\n",
            "html": "<p style='color:red'>x</p><script>alert(1)</script>",
            "sent_at": LONG_AGO,
        }
        mail = DemoMail(**{**words, **changes})
        store.add(mail)
        store.commit()
        return mail.id


def test_outside_a_demo_there_is_no_post(client):
    client.get("/demo/post", status=404)
    client.get("/demo/post/1", status=404)


def test_an_empty_post_says_what_to_do(demo):
    page = visitor(demo).get("/demo/post")
    assert page.h1 == "Post van de demo"
    assert "Er is nog geen mail verstuurd" in page.main


def test_a_mail_is_shown_safely(demo):
    number = _mail(demo)
    page = visitor(demo).get("/demo/post").follow("Uw <b>link</b>")
    assert page.response.request.path == f"/demo/post/{number}"
    assert page.h1 == "Uw <b>link</b>"
    assert "https://waterlanden.example/x" in page.links()
    assert "karin@" not in page.html
    assert "ka…@waterlanden.example" in page.main
    visitor(demo).get("/demo/post/99", status=404)


def test_a_mail_is_seen_as_a_mail_program_shows_it_and_runs_nothing(demo):
    _mail(demo)
    page = visitor(demo).get("/demo/post").follow("Uw <b>link</b>")
    look = visitor(demo).raw.get(page.links()["Zo ziet de mail eruit"])
    assert "<p style='color:red'>x</p>" in look.text
    policy = look.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "script-src" not in policy
    page = visitor(demo).get("/demo/post/1")
    assert "unsafe-inline" not in page.response.headers["Content-Security-Policy"]
    visitor(demo).get("/demo/post/99/opmaak", status=404)


def test_the_newest_mail_stands_first_and_a_page_holds_twenty(demo):
    for number in range(23):
        _mail(demo, message_id=str(number), subject=f"Bericht {number}")
    page = visitor(demo).get("/demo/post")
    links = [name for name in page.links() if name.startswith("Bericht")]
    assert links[0] == "Bericht 22"
    assert len(links) == 20
    assert "Bericht 0" in visitor(demo).get("/demo/post?pagina=2").links()


def test_no_bsn_is_found_anywhere_after_all_have_logged_in(demo, log):
    for key in PEOPLE:
        client = visitor(demo)
        client.get("/inloggen").press("Ga naar de test-inlog").press(
            "Log in als deze persoon", person=key
        )
        client.get("/mijn/gegevens")
        if not PEOPLE[key].is_staff:
            client.get("/mijn/gegevens/mailadres").press(
                "Stuur mij de link", email=f"{key}@waterlanden.example"
            )
    with demo.app_context():
        assert tasks.send_waiting.run() == "12 sent"
        seeds = db.session.scalars(select(OutboxMessage.parameters)).all()
    visitor(demo).get(
        f"/mijn/gegevens/mailadres/{demo.extensions['codes'].code(seeds[0]['seed'])}"
    ).press("Bevestig dit adres")
    everything = log.getvalue() + _dump(demo)
    assert "v1$" in everything
    assert "annie@waterlanden.example" in everything
    for person in PEOPLE.values():
        assert person.bsn not in everything
        assert person.bsn.encode().hex() not in everything


def _dump(app: Flask) -> str:
    """Every row of every table, of the queue too, as text."""
    with app.app_context():
        tables = db.session.execute(
            text(
                "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
                " WHERE table_schema IN ('public', 'broker') AND table_type = 'BASE TABLE'"
            )
        ).scalars()
        names = list(tables)
        assert len(names) > 20
        rows: list[str] = []
        for name in names:
            rows += db.session.execute(text(f"SELECT t::text FROM {name} AS t")).scalars()
        assert db.session.scalars(select(Account)).first() is not None
        return "\n".join(rows)
