"""How often something may be tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import request
from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.errors import TooMany
from participatie.core.limits import TryCount, count_try, forget_tries, network_of
from tests.conftest import visitor
from tests.real import at_once, real_apps

NOW = datetime(2026, 3, 9, 9, 5, tzinfo=UTC)
TEN = timedelta(minutes=10)


@pytest.fixture(scope="module")
def apps(cluster, worker_id):
    with real_apps(cluster, f"limits_{worker_id}", 2, trusted_proxies=1) as both:
        yield both


def _try(app, bucket, moment=NOW, most=5):
    with app.app_context():
        try:
            count_try(bucket, most=most, window=TEN, now=moment)
        except TooMany:
            return 0
        return 1


def test_the_limit_holds_over_processes_and_threads(apps):
    assert sum(at_once(lambda n: _try(apps[n % 2], "login:many"), 12)) == 5


def test_a_new_window_begins_anew(apps):
    for _ in range(6):
        last = _try(apps[0], "login:window")
    assert last == 0
    assert _try(apps[0], "login:window", NOW + timedelta(minutes=4, seconds=59)) == 0
    assert _try(apps[0], "login:window", NOW + timedelta(minutes=5)) == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_who_has_a_whole_network_of_addresses_is_counted_as_one(address, counted):
    assert network_of(address) == counted


def test_one_does_not_count_for_another(apps):
    for _ in range(6):
        _try(apps[0], "login:192.0.2.1")
    assert _try(apps[0], "login:192.0.2.2") == 1
    assert _try(apps[0], "code:192.0.2.1") == 1


def test_a_try_counts_also_when_the_transaction_fails(apps):
    with apps[0].app_context():
        count_try("login:fails", most=5, window=TEN, now=NOW)
        db.session.rollback()
    assert sum(_try(apps[0], "login:fails") for _ in range(5)) == 4


def test_who_tried_is_not_stored(apps):
    _try(apps[0], "link:karin@waterlanden.example")
    with apps[0].app_context():
        buckets = db.session.scalars(select(TryCount.bucket)).all()
    assert not [bucket for bucket in buckets if "karin" in bucket or "192" in bucket]
    assert any(bucket.startswith("link:") for bucket in buckets)


def test_old_counts_are_forgotten(apps):
    _try(apps[0], "login:old")
    with apps[0].app_context():
        assert forget_tries(NOW + timedelta(days=1)) > 0
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(TryCount)) == 0


@pytest.mark.parametrize("spoofed", ["10.0.0.1", "127.0.0.1", "x", "1.2.3.4, 5.6.7.8", ""])
def test_a_visitor_cannot_choose_the_address_that_is_counted(apps, spoofed):
    seen = []
    app = apps[0]

    def look():
        seen.append(request.remote_addr)

    app.before_request_funcs[None].insert(0, look)
    try:
        forwarded = f"{spoofed}, 198.51.100.7" if spoofed else "198.51.100.7"
        visitor(app).raw.get("/inloggen", headers={"X-Forwarded-For": forwarded})
    finally:
        app.before_request_funcs[None].remove(look)
    assert seen == ["198.51.100.7"]
