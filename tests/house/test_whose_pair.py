"""What an address names second belongs to what it names first, whoever asks.

The door looks at the first number: who leads one process, or made one draft, would else reach the
photos, the phases and the steps of all others.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from participatie.budget.models.execution import ExecutionPhoto, Milestone
from participatie.contributions.models import ContributionDocument, ContributionImage
from participatie.processes.models import Phase, PreviewLink, ProcessDocument
from participatie.teams.models import TeamMember
from tests.house import test_access
from tests.house.endpoints import rows
from tests.house.test_access import _everything

app = test_access.app
made = test_access.made

OF: dict[str, list[tuple[str, Any, Any]]] = {
    "image_id": [
        ("contribution_id", ContributionImage.contribution_id, ContributionImage.image_id),
        ("project_id", ExecutionPhoto.project_id, ExecutionPhoto.image_id),
    ],
    "document_id": [
        ("contribution_id", ContributionDocument.contribution_id, ContributionDocument.document_id),
        ("process_id", ProcessDocument.process_id, ProcessDocument.document_id),
    ],
    "milestone_id": [("project_id", Milestone.project_id, Milestone.id)],
    "phase_id": [("process_id", Phase.process_id, Phase.id)],
    "link_id": [("process_id", PreviewLink.process_id, PreviewLink.id)],
    "account_id": [("process_id", TeamMember.process_id, TeamMember.account_id)],
}
"""For each name that stands second: whose it is, and its number."""


def pairs(app: Flask) -> set[tuple[str, str, str, str]]:
    """The endpoints whose address names two things by number: method, endpoint and both names."""
    numbers = {
        rule.endpoint: [name for kind, name in re.findall(r"<(int):(\w+)>", rule.rule)]
        for rule in app.url_map.iter_rules()
    }
    found = set()
    for row in rows():
        known = numbers[row.endpoint]
        second = next((name for name in known if name in OF), None)
        first = next((name for name in known if name != second), None)
        if second and first:
            found.add((row.method, row.endpoint, first, second))
    return found


def owners(store: Session, first: str, second: str) -> set[tuple[int, int]]:
    """What there is: whose, and its number."""
    return {
        (owner, number)
        for name, owned_by, numbered in OF[second]
        if name == first
        for owner, number in store.execute(select(owned_by, numbered))
        if number is not None
    }


def everything_second(store: Session, second: str) -> set[int]:
    return {
        number
        for _, _, numbered in OF[second]
        for number in store.scalars(select(numbered))
        if number is not None
    }


@pytest.fixture
def no_tokens(app, monkeypatch):
    """Each form counts as having its token: what refuses is the rule."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.mark.usefixtures("no_tokens")
@pytest.mark.parametrize("role", ["resident", "clerk", "administrator"])
def test_nothing_of_another_is_reached_behind_an_own_number(
    app, store, connection: Connection, made, role
):
    things, sessions = made
    browser = app.test_client()
    browser.set_cookie(app.config["SESSION_COOKIE_NAME"], sessions[role])
    before, tried = _everything(connection), 0
    for method, endpoint, first, second in sorted(pairs(app)):
        held, every = owners(store, first, second), everything_second(store, second)
        for row in rows():
            if (row.method, row.endpoint) != (method, endpoint):
                continue
            given = {name: things[value] for name, value in row.values.items()}
            for other in every - {number for owner, number in held if owner == given[first]}:
                with app.test_request_context():
                    address = app.url_for(endpoint, **{**given, second: other})
                with connection.begin_nested() as step:
                    answer = browser.open(address, method=method)
                    after = _everything(connection) if method == "POST" else before
                    step.rollback()
                assert answer.status_code in {403, 404, 409}, (method, address, answer.status_code)
                assert after == before, address
                tried += 1
    assert tried > 20, "there is too little to reach for"
