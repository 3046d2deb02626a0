"""Whose process is it: each page of the staff asks the team of the process it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from participatie.app import create_app
from participatie.config import Environment
from participatie.core.access import is_list_of_teams, rule_of
from participatie.core.db import db
from participatie.doors import PROCESS_OF
from participatie.identity.models import Account
from participatie.identity.rules import STAFF, Role
from participatie.processes.models import Process
from participatie.teams.models import OnlyTeam, TeamMember
from participatie.teams.rules import TeamRole
from participatie.votes.models.rounds import VoteRound
from tests.database import Cluster, dispose
from tests.factories import LONG_AGO, ClerkFactory, ProcessFactory
from tests.house.endpoints import Row, address_of, rows
from tests.house.world import World, people, world
from tests.sessions import make_session

OF_THE_MUNICIPALITY = {
    "areas_admin",
    "budget_assessment",
    "furnishing_admin",
    "interface_texts_admin",
    "languages_admin",
    "mail_texts_admin",
    "own_pages_admin",
    "pages_admin",
    "process_team_admin",
    "processes_admin",
    "texts_admin",
    "vote_setup",
}
"""Blueprints with pages that no process owns: how the site looks, and what has no process yet."""


@pytest.fixture(scope="module")
def app(cluster: Cluster, worker_id: str) -> Iterator[Flask]:
    """The application, with everything in it."""
    with cluster.copy(f"teams_{worker_id}") as name:
        application = create_app(replace(cluster.config(name), environment=Environment.DEMO))
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        yield application
        dispose(application)


@pytest.fixture
def things(app: Flask, store: Session) -> World:
    """The world, in which every vote belongs to a process."""
    persons = people()
    made = world(store, persons, app.extensions["media"])
    store.execute(
        update(VoteRound)
        .where(VoteRound.process_id.is_(None), VoteRound.rehearsal_of.is_(None))
        .values(process_id=ProcessFactory().id)
    )
    store.commit()
    return made | {"clerk_account": persons["clerk"]}


def of_staff(app: Flask) -> list[Row]:
    """The rows of pages that clerks have and residents do not."""
    with app.app_context():
        return [row for row in rows() if (rule := rule_of(row.endpoint)) and rule <= STAFF]


def of_process(row: Row) -> bool:
    return any(name in PROCESS_OF for name in row.values)


def test_every_page_of_the_staff_belongs_to_a_process_or_to_the_municipality(app):
    homeless = {
        row.endpoint
        for row in of_staff(app)
        if not of_process(row) and not is_list(app, row.endpoint)
    }
    assert {name.partition(".")[0] for name in homeless} <= OF_THE_MUNICIPALITY


def test_no_number_in_an_address_of_the_staff_is_unknown_to_the_door(app):
    """A page below a number that leads nowhere would ask the office only."""
    known = {
        *PROCESS_OF,
        "page_id",
        "group_id",
        "entry_id",
        "banner_id",
        "area_id",
        "number",
        "batch_id",
    }
    unknown = set()
    with app.app_context():
        for rule in app.url_map.iter_rules():
            asked = rule_of(rule.endpoint)
            names = {name for kind, name in _numbers(rule.rule) if kind == "int"}
            if asked and asked <= STAFF and names and not names & known:
                unknown.add(rule.rule)
    assert unknown == set()


def _numbers(rule: str) -> list[tuple[str, str]]:
    return re.findall(r"<(\w+)(?:\([^)]*\))?:(\w+)>", rule)


def is_list(app: Flask, endpoint: str) -> bool:
    with app.app_context():
        return is_list_of_teams(endpoint)


def test_who_leads_one_process_is_kept_out_of_all_others(app, store, connection, things):
    leader = colleague(store, ProcessFactory().id, TeamRole.LEADER)
    got = walk(app, connection, store, leader, things)
    assert set(got.values()) == {"403"}


def test_in_a_process_for_its_team_a_clerk_is_kept_out_and_its_leader_is_a_clerk(
    app, store, connection, things
):
    processes = store.scalars(db.select(Process.id)).all()
    store.add_all(OnlyTeam(process_id=number, since=LONG_AGO) for number in processes)
    store.commit()
    clerk = things["clerk_account"]
    assert set(walk(app, connection, store, clerk, things).values()) == {"403"}
    leader = ClerkFactory(roles=[Role.COLLEAGUE])
    for number in processes:
        join(store, number, leader, TeamRole.LEADER)
    for row, got in walk(app, connection, store, leader, things).items():
        assert got != "403" or "403" in rule_wanted(row), row


def rule_wanted(place: str) -> str:
    return next(row.wanted["clerk"] for row in rows() if row.place == place)


def test_a_moderator_of_a_team_judges_and_does_nothing_else(app, store, connection, things):
    member = ClerkFactory(roles=[Role.COLLEAGUE])
    for number in store.scalars(db.select(Process.id)).all():
        join(store, number, member, TeamRole.MODERATOR)
    got = walk(app, connection, store, member, things)
    with app.app_context():
        opened = {
            row.place for row in of_staff(app) if Role.MODERATOR in (rule_of(row.endpoint) or ())
        }
    assert {place for place, answer in got.items() if answer != "403"} == opened & set(got)


def test_the_lists_hold_nothing_of_a_process_in_which_somebody_does_not_work(app, store, things):
    words = store.scalars(db.select(Process.title)).all()
    mine = ProcessFactory(title="Mijn eigen traject")
    leader = colleague(store, mine.id, TeamRole.LEADER)
    browser = app.test_client()
    browser.set_cookie(app.config["SESSION_COOKIE_NAME"], make_session(app, store, leader))
    for row in of_staff(app):
        if row.method != "GET" or row.values or not is_list(app, row.endpoint):
            continue
        answer = browser.get(address_of(app, row, things), follow_redirects=True)
        assert answer.status_code == 200, row.place
        assert not [title for title in words if f">{title}<" in answer.text], row.place
    assert mine.title in browser.get("/griffie/trajecten", follow_redirects=True).text


def colleague(store: Session, process_id: int, role: TeamRole) -> Account:
    """Somebody with no office, in one team."""
    account: Account = ClerkFactory(roles=[Role.COLLEAGUE])
    join(store, process_id, account, role)
    return account


def join(store: Session, process_id: int, account: Account, role: TeamRole) -> None:
    store.add(TeamMember(process_id=process_id, account_id=account.id, role=role, since=LONG_AGO))
    store.commit()


def walk(
    app: Flask, connection: Connection, store: Session, account: Account, things: World
) -> dict[str, str]:
    """What `account` gets on each page of a process that a clerk can open, each page once."""
    session = make_session(app, store, account)
    app.config["WTF_CSRF_ENABLED"] = False
    pages = {
        (row.method, row.endpoint): row
        for row in of_staff(app)
        if of_process(row) and row.wanted["clerk"] != "404"
    }
    got = {}
    try:
        for row in pages.values():
            browser = app.test_client()
            browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session)
            with connection.begin_nested() as step:
                answer = browser.open(address_of(app, row, things), method=row.method)
                step.rollback()
            got[row.place] = str(answer.status_code)
            answer.close()
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert got
    return got
