"""Who may do what: one table of all endpoints, walked as everyone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from participatie.app import create_app
from participatie.config import Environment
from participatie.core.access import ANYONE, LOGGED_IN, rule_of
from participatie.core.db import db
from participatie.identity.rules import STAFF
from participatie.processes.preview_links import token_of
from tests.database import Cluster, dispose
from tests.house.endpoints import address_of, rows
from tests.house.world import ROLES, World, people, world
from tests.sessions import make_session


@pytest.fixture(scope="module")
def app(cluster: Cluster, worker_id: str) -> Iterator[Flask]:
    """The application of a demo, which has more endpoints than any other."""
    with cluster.copy(f"access_{worker_id}") as name:
        application = create_app(replace(cluster.config(name), environment=Environment.DEMO))
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        yield application
        dispose(application)


@pytest.fixture
def made(app: Flask, store: Session) -> tuple[World, dict[str, str]]:
    """The world, and the session of each role; the resident logged in in a way that can vote."""
    persons = people()
    sessions = {"anonymous": ""}
    for role, account in persons.items():
        vote = {"vote_pseudonym": "v1$vote"} if role == "resident" else {}
        sessions[role] = make_session(app, store, account, **vote)
    things = world(store, persons, app.extensions["media"])
    with app.app_context():
        things["preview_token"] = token_of(things["link"])
        things["revoked_token"] = token_of(things["revoked_link"])
    return things, sessions


def _answer(app: Flask, session: str, method: str, address: str) -> str:
    browser = app.test_client()
    if session:
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session)
    response = browser.open(address, method=method)
    goes_to = response.headers.get("Location", "").partition("?")[0]
    response.close()
    return "login" if goes_to == "/inloggen" else str(response.status_code)


def test_every_endpoint_stands_in_the_table_and_nothing_else_does(app):
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    in_table = {(row.method, row.endpoint) for row in rows()}
    assert sorted(routes - in_table) == [], "without a row"
    assert sorted(in_table - routes) == [], "without a route"


def test_every_endpoint_states_whom_it_lets_in(app):
    with app.app_context():
        silent = [name for name in app.view_functions if rule_of(name) is None]
    assert silent == []


def test_the_desk_is_for_staff_only(app):
    with app.app_context():
        rules = {name: rule_of(name) for name in app.view_functions}
    desk = {name: rule for name, rule in rules.items() if "_admin." in name}
    assert desk
    assert all(rule and rule <= STAFF for rule in desk.values())


def test_everyone_gets_what_the_table_says(app, connection: Connection, made, monkeypatch):
    things, sessions = made
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    wrong = []
    for row in rows():
        address = address_of(app, row, things)
        for role, session in sessions.items():
            with connection.begin_nested() as step:
                got = _answer(app, session, row.method, address)
                step.rollback()
            if got != row.wanted[role]:
                wrong.append(f"{row.place} as {role}: {got}, not {row.wanted[role]}")
    assert wrong == []


def test_the_table_keeps_to_the_rule_of_each_endpoint(app):
    """A row that lets in whom the decorator keeps out cannot be right, nor the other way round."""
    kept_out = {"403", "login"}
    with app.app_context():
        rules = {row.endpoint: rule_of(row.endpoint) or frozenset() for row in rows()}
    for row in rows():
        rule = rules[row.endpoint]
        if ANYONE not in rule:
            assert row.wanted["anonymous"] in kept_out, row.place
            strangers = [r for r in ROLES[1:] if r not in rule and LOGGED_IN not in rule]
            assert all(row.wanted[role] == "403" for role in strangers), row.place


def test_nobody_sends_a_form_without_its_token(app, connection: Connection, made):
    """The token is asked before who somebody is: who may least stands for all, and who may most."""
    things, sessions = made
    before = _everything(connection)
    sent = {row.place: row for row in rows() if row.method != "GET"}
    assert sent
    for row in sent.values():
        for role in (ROLES[0], ROLES[-1]):
            got = _answer(app, sessions[role], row.method, address_of(app, row, things))
            assert got == "400", f"{row.place} as {role}"
    assert _everything(connection) == before


def _everything(connection: Connection) -> dict[str, list[str]]:
    """All rows of all tables, but for the sessions: the page that refuses may hold a token."""
    tables = sorted(set(db.metadata.tables) - {"login_session"})
    return {
        name: sorted(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t')))
        for name in tables
    }
