"""The log of acts of staff."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from participatie.core import audit
from participatie.core.audit import AuditEntry, broken_entries, record
from participatie.core.db import db
from tests.real import at_once, real_apps

NOW = datetime(2026, 3, 9, 9, 0, 0, 123456, tzinfo=UTC)


def _three():
    for number in range(3):
        detail = {"reason": "té lang", "number": number, "list": [1, None, True]}
        record(
            "moderation.hide",
            account_id=7,
            subject=f"contribution/{number}",
            now=NOW,
            detail=detail,
        )
    db.session.expire_all()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_an_untouched_log_is_whole(context):
    _three()
    assert list(broken_entries()) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("act", "moderation.restore"),
        ("subject", "contribution/9"),
        ("account_id", None),
        ("at", NOW.replace(microsecond=0)),
        ("detail", {"reason": "anders"}),
        ("hash", b"x" * 32),
    ],
)
def test_a_changed_entry_shows(context, field, value):
    entries = _three()
    entry = audit.AuditEntry(
        **{c.key: getattr(entries[1], c.key) for c in AuditEntry.__table__.columns}
    )
    setattr(entry, field, value)
    assert audit._hash(entries[0].hash, entry) != entry.hash


def test_an_entry_that_is_gone_shows_at_the_next_one(cluster, worker_id):
    with real_apps(cluster, f"audit_{worker_id}") as (app,):
        with app.app_context():
            _, middle, last = _three()
            db.session.commit()
        cluster.server.psql(
            "ALTER TABLE audit_entry DISABLE TRIGGER USER", dbname=f"audit_{worker_id}"
        )
        cluster.server.psql(
            f"DELETE FROM audit_entry WHERE id = {middle.id}", dbname=f"audit_{worker_id}"
        )
        with app.app_context():
            assert list(broken_entries()) == [last.id]


def test_entries_that_are_made_at_once_make_one_chain(cluster, worker_id):
    with real_apps(cluster, f"chain_{worker_id}", 2) as apps:

        def act(number):
            with apps[number % 2].app_context():
                record("x", account_id=number, subject="x", now=NOW)
                db.session.commit()

        at_once(act, 10)
        with apps[0].app_context():
            assert list(broken_entries()) == []
            assert len(db.session.scalars(select(AuditEntry)).all()) == 10


@pytest.mark.parametrize(
    "act", ["UPDATE audit_entry SET act = 'y'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_program_cannot_change_what_is_written(context, act):
    _three()
    with pytest.raises(DBAPIError):
        db.session.execute(text(act))


def test_what_is_rolled_back_leaves_no_entry(context):
    nested = db.session.begin_nested()
    record("x", account_id=1, subject="x", now=NOW)
    nested.rollback()
    assert db.session.scalars(select(AuditEntry)).all() == []
