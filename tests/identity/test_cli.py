"""The command that makes the first member of staff."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.identity.cli import create_clerk
from participatie.identity.models import Account
from participatie.identity.rules import Role
from tests.conftest import visitor
from tests.real import real_apps, storing

ADDRESS = "karin@waterlanden.example"


@pytest.fixture(scope="module")
def app(cluster, worker_id):
    with real_apps(cluster, f"cli_{worker_id}") as (one,):
        yield one


def _run(app, *words):
    with app.app_context():
        return CliRunner().invoke(create_clerk, words)


def _made(app, *words):
    done = _run(app, ADDRESS, "--name", "Karin Smit", "--json", *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_the_address_that_is_printed_logs_in_once(app):
    link = _made(app)["log_in"]
    assert link.startswith("http://localhost/inloggen/medewerker/")
    client = visitor(app)
    client.get(link).press("Log in")
    assert client.get("/mijn/gegevens").h1 == "Mijn gegevens"
    assert "werkt niet meer" in visitor(app).get(link).main


def test_done_again_it_makes_no_second_account(app):
    first, second = _made(app), _made(app, "--role", "administrator")
    assert first["log_in"] != second["log_in"]
    assert set(second["roles"]) >= {"administrator", "clerk"}
    with storing(app) as store:
        account = store.scalars(select(Account).where(Account.email == ADDRESS)).one()
        assert account.public_name == "Karin Smit"
        assert Role.RESIDENT not in account.roles
        acts = store.scalars(select(AuditEntry.act)).all()
    assert "identity.make_staff" in acts


def test_what_is_printed_for_people_names_the_address(app):
    done = _run(app, ADDRESS, "--name", "Karin Smit")
    assert ADDRESS in done.output
    assert "within one hour: http://localhost/" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["karin", "--name", "Karin"], "Fill in a mail address"),
        ([ADDRESS, "--name", ""], "Fill in a name of 2 to 60"),
        ([ADDRESS], "--name"),
        ([ADDRESS, "--name", "Karin", "--role", "resident"], "resident"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_changes_nothing(app, words, said):
    done = _run(app, *words)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
