"""Sessions on the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from participatie.identity.models import LoginSession
from participatie.identity.sessions import forget_expired, hashed
from tests.conftest import visitor
from tests.factories import ClerkFactory, ResidentFactory
from tests.real import at_once, real_apps, storing
from tests.sessions import make_session

MINE = "/mijn/gegevens"


@pytest.fixture(scope="module")
def apps(cluster, worker_id) -> Iterator[list[Flask]]:
    with real_apps(cluster, f"sessions_{worker_id}", 2) as both:
        yield both


def _is_in(client):
    return client.raw.get(MINE).status_code == 200


def _cookie(client, app):
    cookie = client.raw.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return cookie.value if cookie else None


def _logged_in(app, account):
    """A browser with a session in `app`, and the number of that session."""
    client = visitor(app)
    with storing(app) as store:
        number = make_session(app, store, account)
    client.raw.set_cookie(app.config["SESSION_COOKIE_NAME"], number)
    return client, number


def _account(app, factory=ResidentFactory):
    with storing(app) as store:
        account = factory()
        store.expunge(account)
    return account


def _count(app):
    with storing(app) as store:
        return store.scalar(select(func.count()).select_from(LoginSession))


def test_a_reader_gets_no_cookie_and_costs_no_row(apps):
    before = _count(apps[0])
    for path in ("/", "/bestaat-niet"):
        answer = visitor(apps[0]).raw.get(path)
        assert "Set-Cookie" not in answer.headers
    assert _count(apps[0]) == before


def test_the_cookie_is_for_this_site_only_and_out_of_reach_of_scripts(client):
    cookie = client.raw.get("/inloggen").headers["Set-Cookie"]
    name, _, attributes = cookie.partition(";")
    assert name.startswith("session=")
    kept = {part.strip() for part in attributes.split(";")}
    assert kept == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_https_the_cookie_is_bound_to_the_host(cluster, worker_id):
    https = "https://doemee.example"
    with real_apps(cluster, f"https_{worker_id}", base_url=https) as (app,):
        answer = app.test_client().get("/inloggen", base_url=https)
        name, _, attributes = answer.headers["Set-Cookie"].partition(";")
        assert name.startswith("__Host-session=")
        kept = {part.strip() for part in attributes.split(";")}
        assert kept == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_log_in_gives_another_number_and_ends_the_old_one(apps):
    app = apps[0]
    client = visitor(app)
    page = client.get("/inloggen")
    before = _cookie(client, app)
    page.press("Ga naar de test-inlog").press("Log in als deze persoon", person="esra")
    after = _cookie(client, app)
    assert before
    assert before != after
    thief = visitor(app)
    thief.raw.set_cookie("session", before)
    assert _is_in(client)
    assert not _is_in(thief)


def test_a_number_that_was_planted_is_not_taken_over(apps):
    app = apps[0]
    client = visitor(app)
    client.raw.set_cookie("session", "planted")
    client.get("/inloggen").press("Ga naar de test-inlog").press(
        "Log in als deze persoon", person="dirk"
    )
    assert _cookie(client, app) != "planted"
    thief = visitor(app)
    thief.raw.set_cookie("session", "planted")
    assert not _is_in(thief)


def test_a_log_out_works_in_every_process_at_once(apps):
    account = _account(apps[0])
    client, number = _logged_in(apps[0], account)
    other = visitor(apps[1])
    other.raw.set_cookie("session", number)
    assert _is_in(other)
    page = client.get(MINE)
    page.press("Log uit")
    assert not _is_in(other)
    assert not _is_in(client)
    with storing(apps[0]) as store:
        assert store.get(LoginSession, hashed(number)) is None


def test_log_out_everywhere_ends_all_sessions_of_this_account_and_no_other(apps):
    account, neighbour = _account(apps[0]), _account(apps[0])
    one, _ = _logged_in(apps[0], account)
    two, _ = _logged_in(apps[1], account)
    three, _ = _logged_in(apps[1], neighbour)
    page = one.get(MINE)
    assert "op 2 plekken" in page.main
    assert "overal uitgelogd" in page.press("Log overal uit").main
    assert not _is_in(one)
    assert not _is_in(two)
    assert _is_in(three)


def test_a_request_that_was_busy_does_not_bring_an_ended_session_back(apps):
    app, other = apps
    account = _account(app)
    client, number = _logged_in(app, account)

    busy = visitor(other)
    busy.raw.set_cookie("session", number)

    def end_it_meanwhile():
        other.before_request_funcs[None].remove(end_it_meanwhile)
        client.get(MINE).press("Log overal uit")

    other.before_request_funcs[None].append(end_it_meanwhile)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        assert busy.raw.get(MINE).status_code == 200  # it had begun before
    assert not _is_in(busy)
    with storing(app) as store:
        assert store.get(LoginSession, hashed(number)) is None


def test_a_session_that_is_not_used_ends_after_half_an_hour(apps):
    client, _ = _logged_in(apps[0], _account(apps[0]))
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(3):
            assert _is_in(client)
            clock.shift(timedelta(minutes=29))
        assert _is_in(client)
        clock.shift(timedelta(minutes=31))
        assert not _is_in(client)


@pytest.mark.parametrize(("factory", "hours"), [(ResidentFactory, 3), (ClerkFactory, 10)])
def test_a_session_in_use_ends_after_its_limit(apps, factory, hours):
    client, _ = _logged_in(apps[0], _account(apps[0], factory))
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        while datetime.now(UTC) < start + timedelta(hours=hours) - timedelta(minutes=20):
            clock.shift(timedelta(minutes=15))
            assert _is_in(client)
        clock.shift(timedelta(minutes=21))
        assert not _is_in(client)


@pytest.mark.parametrize("number", ["", "x", "a" * 3000, "é", '"', "../../etc", "None"])
def test_a_forged_number_is_no_session(apps, number):
    client = visitor(apps[0])
    client.raw.set_cookie("session", number)
    assert not _is_in(client)


def test_a_session_sealed_under_another_key_is_no_session(cluster, worker_id):
    with real_apps(cluster, f"keys_{worker_id}") as (app,):
        client, _ = _logged_in(app, _account(app))
        assert _is_in(client)
        with storing(app) as store:
            store.query(LoginSession).update({"sealed": b"x" * 80})
            store.commit()
        assert not _is_in(client)


def test_what_is_stored_holds_neither_the_number_nor_the_contents(apps):
    _, number = _logged_in(apps[0], _account(apps[0]))
    with storing(apps[0]) as store:
        row = store.get_one(LoginSession, hashed(number))
        assert number.encode() not in row.id_hash + row.sealed
        assert b"_user_id" not in row.sealed


def test_how_long_a_stored_session_is_does_not_tell_whether_somebody_voted(apps):
    sessions = apps[0].session_interface
    fresh = {"_user_id": "1", "vote_pseudonym": "v1$" + "0" * 64}
    chose = {**fresh, "budget/1": {"seed": "0" * 16, "codes": [str(n) for n in range(100, 140)]}}
    voted = {**fresh, "budget/1": {"seed": "0" * 16, "cast": "0" * 36}}
    assert len({len(sessions.seal(each)) for each in ({}, fresh, chose, voted)}) == 1


def test_a_page_for_somebody_is_kept_by_nobody(apps):
    client, _ = _logged_in(apps[0], _account(apps[0]))
    assert client.raw.get(MINE).headers["Cache-Control"] == "no-store"


def test_an_account_that_is_gone_has_no_session(apps):
    app = apps[0]
    account = _account(app)
    client, _ = _logged_in(app, account)
    with storing(app) as store:
        store.delete(store.get(type(account), account.id))
        store.commit()
    assert not _is_in(client)


def test_eight_requests_of_one_session_at_once_all_work(apps):
    app = apps[0]
    _, number = _logged_in(app, _account(app))

    def ask(_):
        client = visitor(app)
        client.raw.set_cookie("session", number)
        return client.raw.get(MINE).status_code

    assert at_once(ask, 8) == [200] * 8


def test_old_sessions_are_swept(context, store):
    account = ResidentFactory()
    make_session(context.app, store, account)
    moment = datetime.now(UTC)
    assert forget_expired(moment) == 0
    assert forget_expired(moment + timedelta(hours=2)) == 1


def test_a_form_says_how_long_one_stays_logged_in_and_the_page_can_ask_for_more(log_in):
    someone = log_in(ResidentFactory())
    page = someone.get("/mijn/gegevens/naam")
    (warning,) = [one for one in page.all("div") if "data-session" in one.attrib]
    assert warning.get("data-session") == "1800"
    assert "Doet u 30 minuten niets" in page.main
    assert someone.raw.get(warning.get("data-stay")).status_code == 204
