"""Default deny."""

from __future__ import annotations

import pytest
from flask import Flask

from participatie.core.access import anyone, logged_in, only, rule_of
from participatie.identity.rules import Role
from tests.conftest import visitor
from tests.factories import AdministratorFactory, ClerkFactory, ResidentFactory
from tests.real import real_apps, storing
from tests.sessions import give_session


@pytest.fixture(scope="module")
def guarded(cluster, worker_id):
    with real_apps(cluster, f"access_{worker_id}") as (app,):
        _add(app, "silent", lambda: "in")
        _add(app, "open", anyone(lambda: "in"))
        _add(app, "members", logged_in(lambda: "in"))
        _add(app, "clerks", only(Role.CLERK)(lambda: "in"))
        yield app


def _add(app: Flask, name: str, view):
    app.add_url_rule(f"/try/{name}", name, view, methods=["GET", "POST"])


def _answers(app, path, factory=None):
    client = visitor(app).raw
    if factory:
        with storing(app) as store:
            give_session(app, store, client, factory())
    return client.get(path).status_code


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/try/silent", [403, 403, 403, 403]),
        ("/try/open", [200, 200, 200, 200]),
        ("/try/members", [303, 200, 200, 200]),
        ("/try/clerks", [303, 403, 200, 403]),
        ("/static/niets.css", [404, 404, 404, 404]),
    ],
)
def test_who_gets_in(guarded, path, answers):
    people = [None, ResidentFactory, ClerkFactory, AdministratorFactory]
    assert [_answers(guarded, path, who) for who in people] == answers


def test_a_visitor_is_sent_to_log_in_and_back(guarded):
    page = visitor(guarded).get("/try/members?a=b c&d=é")
    assert page.all("input", name="next")[0].get("value") == "/try/members?a=b%20c&d=%C3%A9"


def test_a_head_is_treated_as_a_get(guarded):
    assert visitor(guarded).raw.head("/try/members").status_code == 303


def test_an_act_without_a_session_is_refused(guarded):
    assert visitor(guarded).raw.post("/try/members").status_code == 400


def test_every_endpoint_says_whom_it_lets_in(app):
    with app.app_context():
        assert not [name for name in app.view_functions if rule_of(name) is None]
