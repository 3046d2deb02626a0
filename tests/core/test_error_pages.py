"""Errors as pages, also when what is broken is the database."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from participatie.core import error_pages, errors
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.headers import HEADERS
from participatie.core.logs import OneLine
from participatie.core.tasks import Heartbeat
from participatie.identity.providers.interface import LoginRefused
from tests.conftest import visitor
from tests.factories import LONG_AGO, ClerkFactory, ResidentFactory
from tests.pages import Page
from tests.real import real_apps, storing
from tests.sessions import give_session


def _raise(error):
    raise error


def _vanish():
    """The server ends this connection, as in a restart."""
    number = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:n)"), {"n": number})
    db.session.execute(text("SELECT 1"))


def _add_twice():
    """Two rows with one key, as when two people make the same at once."""
    same = {"name": "one", "seen_at": LONG_AGO}
    db.session.execute(insert(Heartbeat).values([same, same]))


FAULTS = {
    "refused": lambda: _raise(LoginRefused("You have cancelled the log-in.")),
    "many": lambda: _raise(errors.TooMany("x")),
    "gone": lambda: _raise(errors.NotFound),
    "conflict": lambda: _raise(errors.IllegalTransition("a", "b")),
    "second": _add_twice,
    "stale": lambda: _raise(StaleDataError("geheim")),
    "fault": lambda: _raise(RuntimeError("geheim")),
    "late": lambda: db.session.execute(
        text("DO $$BEGIN RAISE 'kept' USING ERRCODE = 'integrity_constraint_violation'; END$$")
    ),
    "nul": lambda: db.session.execute(text("SELECT :x"), {"x": "a\x00"}).all(),
    "broken": lambda: db.session.execute(text("SELECT geheim FROM nothing")),
    "slow": lambda: db.session.execute(text("SET statement_timeout=1; SELECT pg_sleep(5)")),
    "vanished": _vanish,
}


@pytest.fixture(scope="module")
def faulty(cluster, worker_id):
    with real_apps(cluster, f"errors_{worker_id}") as (app,):
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.testing = False
        for name, act in FAULTS.items():
            view = anyone(lambda act=act: act() or "")
            app.add_url_rule(f"/fault/{name}", f"fault_{name}", view, methods=["GET", "POST"])
        yield app


@pytest.fixture
def resident(faulty):
    client = visitor(faulty)
    with storing(faulty) as store:
        give_session(faulty, store, client.raw, ResidentFactory())
    return client


def test_every_error_of_the_rules_has_a_status():
    kinds = [k for k in vars(errors).values() if isinstance(k, type)]
    assert {
        status_of(k("x") if k is not errors.IllegalTransition else k("a", "b"))
        for k in kinds
        if issubclass(k, errors.DomainError)
    } == {400, 403, 404, 409, 422, 429, 503}


def test_a_kind_of_error_has_the_status_of_the_nearest_kind_above_it():
    class Special(LoginRefused):
        pass

    assert status_of(Special("x")) == error_pages.STATUS[errors.NotAllowed] == 403


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("refused", 403),
        ("many", 429),
        ("conflict", 409),
        ("fault", 500),
        ("late", 409),
        ("second", 409),
        ("stale", 409),
        ("nul", 400),
        ("broken", 500),
        ("slow", 503),
        ("vanished", 503),
    ],
)
def test_an_error_is_a_page_of_ours_with_all_headers(faulty, resident, fault, status):
    for client in (visitor(faulty), resident):
        page = client.get(f"/fault/{fault}", status=status)
        assert HEADERS.items() <= dict(page.response.headers).items()
        assert page.response.headers["Cache-Control"] == "no-store"
        assert "geheim" not in page.html
        if status == 503:
            assert page.response.headers["Retry-After"] == "10"


def test_the_sentence_of_a_refusal_stands_on_the_page(faulty):
    page = visitor(faulty).get("/fault/refused", status=403)
    assert "U hebt het inloggen geannuleerd." in page.main


WRITTEN = "Een verhaal over <b>de speeltuin</b> & wat er\nnog moet komen."
SENT = {
    "title": "Kort",
    "text": WRITTEN,
    "explanation": "En nog een tweede verhaal.",
    "phrase": "een geheime zin die niemand ziet",
    "code": "GEHEIM CODE VAN DE BRIEF",
    "q.plans": "geheim wat iemand kiest",
}


def _send(app, path, sender="http://localhost"):
    client = visitor(app)
    token = client.get("/inloggen/medewerker").all("input", name="csrf_token")[0].get("value")
    data = {**SENT, "csrf_token": token}
    return Page(client.raw.post(path, data=data, headers={"Origin": sender}), client)


@pytest.mark.parametrize(
    "fault", ["refused", "many", "gone", "conflict", "fault", "broken", "vanished"]
)
def test_what_was_typed_stands_on_the_page_of_an_error_to_copy(faulty, fault):
    page = _send(faulty, f"/fault/{fault}")
    assert page.status >= 400
    areas = page.all("textarea")
    assert ["".join(area.itertext()) for area in areas] == [WRITTEN, SENT["explanation"]]
    assert all("readonly" in area.attrib for area in areas)
    assert "geheim" not in page.html.lower()


def test_who_sent_something_about_what_is_gone_is_not_told_that_the_address_is_wrong(faulty):
    page = _send(faulty, "/fault/gone")
    assert page.h1 == "Dit staat niet meer op de site"
    assert "adres" not in page.main


def test_what_another_site_sends_stands_on_no_page(faulty):
    page = _send(faulty, "/fault/conflict", sender="https://evil.example")
    assert "speeltuin" not in page.html


def test_an_error_that_nobody_expected_has_a_code_that_stands_in_the_log(faulty, caplog):
    page = visitor(faulty).get("/fault/fault", status=500)
    (code,) = re.findall(r"deze code: (\w+)", page.main)
    assert f"failed, code {code}" in caplog.text


def test_who_works_here_goes_on_to_their_work(faulty, resident):
    clerk = visitor(faulty)
    with storing(faulty) as store:
        give_session(faulty, store, clerk.raw, ClerkFactory())
    on = "Naar de werklijst"
    assert clerk.get("/fault/refused", status=403).links()[on] == "/griffie"
    for other in (resident, visitor(faulty)):
        assert on not in other.get("/fault/refused", status=403).links()


@pytest.mark.parametrize("path", ["/bestaat-niet", "/static/niets", "/%ff", "/%00"])
def test_what_is_not_there_is_not_found(faulty, path):
    assert visitor(faulty).get(path, status=404).h1 == "Deze pagina bestaat niet"


def test_a_wrong_method_says_which_is_right(faulty):
    answer = visitor(faulty).raw.put("/inloggen")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_that_is_too_large_is_refused(faulty):
    answer = visitor(faulty).raw.post("/inloggen/medewerker", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413


def test_another_host_name_is_refused(faulty):
    answer = visitor(faulty).raw.get("/inloggen", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.data
    assert HEADERS.items() <= dict(answer.headers).items()


def test_a_forwarded_host_is_not_believed(faulty):
    answer = visitor(faulty).raw.get("/mijn/gegevens", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.headers["Location"]


def test_a_database_that_is_away_is_a_page_that_asks_it_nothing(cluster, worker_id):
    with real_apps(cluster, f"gone_{worker_id}") as (app,):
        app.testing = False
        client = visitor(app)
        with storing(app) as store:
            give_session(app, store, client.raw, ResidentFactory())
        assert client.get("/").status == 200
        cluster.server.psql(f'ALTER DATABASE "gone_{worker_id}" ALLOW_CONNECTIONS false')
        cluster.server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = 'gone_{worker_id}'"
        )
        for someone in (client, visitor(app)):
            page = someone.get("/", status=503)
            assert page.response.headers["Retry-After"] == "10"
            assert page.h1 == "De site is even dicht"
        cluster.server.psql(f'ALTER DATABASE "gone_{worker_id}" ALLOW_CONNECTIONS true')
        assert client.get("/mijn/gegevens").status == 200


def test_what_a_row_held_is_not_in_the_log(faulty):
    held = "v1$" + "-".join("geheim")
    with storing(faulty):
        ResidentFactory(pseudonym=held)
    with pytest.raises(IntegrityError) as refusal, storing(faulty):
        ResidentFactory(pseudonym=held)
    error = refusal.value
    assert held in str(error)
    happened = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed", None, happened)
    line = OneLine("%(message)s").format(record)
    assert "uq_account_pseudonym" in line
    assert held not in line
    assert "\n" not in line
