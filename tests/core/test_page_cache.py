"""Whole pages for readers, fresh in every process."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import session
from sqlalchemy import select, text

from participatie.core.access import anyone
from participatie.core.db import ALONE, db
from participatie.core.page_cache import ContentVersion, cached_page, shared
from participatie.processes.models import Phase
from tests.conftest import visitor
from tests.factories import ProcessFactory, ResidentFactory
from tests.real import real_apps, storing
from tests.sessions import give_session


@pytest.fixture(scope="module")
def apps(cluster, worker_id):
    with real_apps(cluster, f"cache_{worker_id}", 2) as both:
        for app in both:
            _add(app)
        yield both


def _add(app):
    app.made = []

    @anyone
    @cached_page
    def count():
        app.made.append(1)
        return f"made {len(app.made)}"

    @anyone
    @cached_page
    def personal():
        session["seen"] = True
        app.made.append(1)
        return f"made {len(app.made)}"

    @anyone
    @cached_page
    def with_shared():
        return shared("found", lambda: app.made.append(1) or f"found {len(app.made)}")

    app.add_url_rule("/count", "count", count)
    app.add_url_rule("/shared", "shared", with_shared)
    app.add_url_rule("/personal", "personal", personal)


def _get(app, path="/count", **headers):
    return visitor(app).raw.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_a_page_is_made_once_for_all_readers(apps):
    app = apps[0]
    first = _get(app).text
    made = len(app.made)
    assert {_get(app).text for _ in range(5)} == {first}
    assert len(app.made) == made


def test_another_question_is_another_page(apps):
    made = len(apps[0].made)
    _get(apps[0], "/count?a=1")
    _get(apps[0], "/count?a=2")
    assert len(apps[0].made) == made + 2


def test_what_pages_share_is_found_once_for_each_version(apps):
    app = apps[0]
    found = {_get(app, f"/shared?n={n}").text for n in range(3)}
    assert len(found) == 1
    with storing(app):
        ProcessFactory()
    assert _get(app, "/shared?n=0").text not in found


def test_what_pages_share_is_found_anew_for_who_has_a_session(apps):
    app = apps[0]
    _get(app, "/shared")
    made = len(app.made)
    reader = visitor(app).raw
    reader.set_cookie("session", "unknown")
    reader.get("/shared")
    assert len(app.made) == made + 1


def test_a_change_shows_at_once_in_every_process(apps):
    for _ in range(3):
        for app in apps:
            _get(app)
        made = [len(app.made) for app in apps]
        with storing(apps[0]):
            ProcessFactory()
        for app in apps:
            _get(app)
            _get(app)
        assert [len(app.made) for app in apps] == [n + 1 for n in made]


def test_the_version_goes_up_once_a_transaction(apps):
    with storing(apps[0]) as store:
        before = store.scalars(select(ContentVersion.version)).one()
        store.add_all([ProcessFactory.build(phases=[]) for _ in range(3)])
        store.commit()
        assert store.scalar(select(ContentVersion.version)) == before + 1
        store.commit()
        ResidentFactory()
        assert store.scalar(select(ContentVersion.version)) == before + 1


def test_a_change_that_is_undone_changes_nothing(apps):
    _get(apps[0])
    made = len(apps[0].made)
    with storing(apps[0]) as store:
        store.add(ProcessFactory.build(phases=[]))
        store.flush()
        store.rollback()
    _get(apps[0])
    assert len(apps[0].made) == made


def test_a_page_is_made_again_when_a_phase_begins(apps):
    app = apps[0]
    begins = datetime.now(UTC).replace(hour=12, minute=0)  # no day begins just before it
    with storing(app) as store:
        process = ProcessFactory()
        process = store.merge(process)
        store.query(Phase).filter_by(process_id=process.id).update({"starts_at": begins})
        store.commit()
    with time_machine.travel(begins - timedelta(minutes=30), tick=False):
        _get(app)
    made = len(app.made)
    with time_machine.travel(begins - timedelta(seconds=1), tick=False):
        _get(app)
        assert len(app.made) == made
    with time_machine.travel(begins, tick=False):
        _get(app)
        _get(app)
        assert len(app.made) == made + 1


def test_a_reader_with_a_session_never_gets_or_leaves_a_kept_page(apps):
    app = apps[0]
    client = visitor(app).raw
    with storing(app) as store:
        give_session(app, store, client, ResidentFactory())
    _get(app)
    kept = _get(app).text
    own = client.get("/count")
    assert own.text != kept
    assert own.headers["Cache-Control"] == "no-store"
    assert _get(app).text == kept
    client.set_cookie("session", "forged")
    assert client.get("/count").text not in {kept, own.text}


def test_a_page_that_begins_a_session_is_not_kept(apps):
    app = apps[0]
    made = len(app.made)
    cookies = {_get(app, "/personal").headers["Set-Cookie"] for _ in range(3)}
    assert len(app.made) == made + 3
    assert len(cookies) == 3


def test_a_page_is_sent_small_to_who_can_read_it_so(apps):
    plain, zipped = _get(apps[0]), _get(apps[0], Accept_Encoding="gzip, br")
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert "Content-Encoding" not in _get(apps[0], Accept_Encoding="gzip;q=0").headers
    assert {"Accept-Encoding", "Cookie"} <= set(plain.vary)


def test_a_page_that_did_not_change_is_not_sent_again(apps):
    first = _get(apps[0])
    again = _get(apps[0], If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-cache"
    assert again.headers["Content-Security-Policy"]
    with storing(apps[0]):
        ProcessFactory()
    assert _get(apps[0], If_None_Match=first.headers["ETag"]).status_code == 200


def test_connections_that_the_database_ended_are_used_no_more(apps):
    cache = apps[0].extensions["page_cache"]
    known = cache.read_version()
    with apps[0].app_context():
        with db.engines[ALONE].connect() as next_one:
            number = next_one.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            with db.engine.connect() as usual:
                usual_number = usual.scalar(text("SELECT pg_backend_pid()"))
            for one in (number, usual_number):
                other.execute(text("SELECT pg_terminate_backend(:n)"), {"n": one})
        assert cache.read_version() == known
        with db.engine.connect() as first, db.engine.connect() as second:
            assert {one.scalar(text("SELECT 1")) for one in (first, second)} == {1}


def test_only_what_went_well_is_kept(apps):
    assert _get(apps[0], "/bestaat-niet").headers["Cache-Control"] == "no-store"
