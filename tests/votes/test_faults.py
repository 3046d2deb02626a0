"""What goes wrong in a machine room: a message twice or late, a queue that is gone, a count that
dies, a clock that is wrong. The names of the tests say which fault of the trust model they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text

from participatie.core import clock
from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import VISITOR
from participatie.votes import tasks
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.board import BoardEntry, BoardHead, EntryStatus
from participatie.votes.queries import results as result_queries
from participatie.votes.services import closing
from tests import moments
from tests.conftest import visitor
from tests.database import dispose
from tests.factories import soon
from tests.real import storing
from tests.votes.busy import (
    at_once,
    cast,
    counted_here,
    counts,
    inside,
    make_round,
    rows,
    send,
    wait_until,
    worker,
)
from tests.votes.polls import end, make_poll

pytestmark = pytest.mark.database

COUNTED = (Choice, Tally, EntryStatus, BoardEntry, BoardHead, PublishedResult)
"""What a count leaves behind."""


@pytest.fixture
def ended(site: Flask) -> int:
    """A round in which eleven people voted, and of which the time is over."""
    round_id = make_round(site)
    for number in range(11):
        cast(site, round_id, f"v1${number}", uuid4(), ["a", "ab", "c", "c"][number % 4])
    with inside(site):
        moments.over(db.session, round_id)
    return round_id


@pytest.fixture
def closed(site: Flask, ended: int) -> int:
    with inside(site):
        closing.close(ended, actor=VISITOR, now=soon())
    return ended


def in_app(site: Flask, task: Callable[..., str], *arguments: int) -> str:
    """What a task says that a worker runs."""
    with site.app_context():
        try:
            return task(*arguments)
        finally:
            db.session.remove()


def left(site: Flask) -> list[int]:
    return [rows(site, model) for model in COUNTED]


def contents(site: Flask) -> list[list[str]]:
    """Every row that a count left, without the moments at which it did."""
    moments = "- 'counted_at' - 'signed_at' - 'published_at' - 'signature'"
    with inside(site):
        return [
            sorted(
                db.session.scalars(text(f"SELECT (to_jsonb(t) {moments})::text FROM {table} AS t"))
            )
            for table in [model.__tablename__ for model in COUNTED]
        ]


def test_f5_a_count_that_is_asked_eight_times_at_once_is_one_count(site, closed):
    said = at_once(8, lambda _: in_app(site, tasks.tally, closed))
    assert {sentence.split(":")[0] for sentence in said} == {f"round {closed}"}
    assert rows(site, Tally) == rows(site, PublishedResult) == 1
    kinds = text("SELECT kind, count(*) FROM board_entry WHERE kind <> 'cast' GROUP BY kind")
    with inside(site):
        assert {(kind, number) for kind, number in db.session.execute(kinds)} == {
            ("closing", 1),
            ("result", 1),
        }


def test_f5_two_workers_that_get_every_message_twice_count_once(site, cluster, ended):
    with worker(site, cluster), worker(site, cluster):
        for _ in range(4):
            send(site, "sweep")
        wait_until(lambda: rows(site, PublishedResult) == 1)
        for _ in range(4):
            send(site, "tally", ended)
        wait_until(lambda: waiting_in_the_queue(site) == 0)
    assert rows(site, Tally) == rows(site, PublishedResult) == 1


def waiting_in_the_queue(site: Flask) -> int:
    with inside(site):
        waiting = text("SELECT count(*) FROM broker.kombu_message WHERE visible")
        return int(db.session.scalar(waiting) or 0)


@contextmanager
def owner_of(site: Flask, cluster: Any) -> Iterator[psycopg.Connection]:
    url = cluster.server.url("owner", site.config["DATABASE"])
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        yield connection


def test_f6_votes_come_in_while_the_queue_stands_still_or_is_gone(site, cluster):
    round_id = make_round(site)
    send(site, "heartbeat_of_nobody")  # so that the queue is there
    with owner_of(site, cluster) as owner:
        owner.execute("LOCK TABLE broker.kombu_message IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        for number in range(20):
            cast(site, round_id, f"v1${number}", uuid4())
        assert time.monotonic() - began < 10
        owner.execute("DROP SCHEMA broker CASCADE")
        owner.commit()
    cast(site, round_id, "v1$last", uuid4())
    assert counts(site) == (21, 21)


def test_f6_what_was_in_a_queue_that_lost_everything_is_asked_again(site, cluster, ended):
    send(site, "sweep")
    with owner_of(site, cluster) as owner:
        owner.execute("DELETE FROM broker.kombu_message")
        owner.commit()
    with worker(site, cluster):
        assert in_app(site, tasks.sweep) == f"closed [{ended}], to count [{ended}]"
        wait_until(lambda: rows(site, PublishedResult) == 1)


def test_f7_a_count_that_dies_at_any_statement_leaves_nothing_and_is_the_same_later(site, closed):
    before, expected, deaths = left(site), counted_here(site, closed), 0
    while dies(site, closed, at=deaths):
        deaths += 1
        assert left(site) == before
    assert deaths > 20, "a count is more than twenty statements"
    assert 0 not in left(site)
    with inside(site):
        made = db.session.scalars(result_queries.visible_tally(closed)).one()
        assert (made.result, made.input_hash, made.result_hash) == expected


def dies(site: Flask, round_id: int, *, at: int) -> bool:
    """Whether a count does not come to its end when it is killed at this statement."""
    with site.app_context():
        engine = db.engine
    with dying_at(engine, at):
        try:
            in_app(site, tasks.tally, round_id)
        except Died:
            return True
    return False


class Died(Exception):
    """What a process that was killed says no more."""


@contextmanager
def dying_at(engine: Any, number: int) -> Iterator[None]:
    """Nothing comes through to the database from the statement with this number on."""
    seen = iter(range(number))

    def count_down(*_: object) -> None:
        if next(seen, None) is None:
            raise Died

    event.listen(engine, "before_cursor_execute", count_down)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count_down)


@pytest.mark.parametrize("hours", [-2, 2])
def test_f9_only_the_clock_of_the_database_opens_and_closes(site, hours):
    """What a server that is two hours wrong passes down decides nothing."""
    wrong = soon(hours=hours)
    round_id = make_round(site)
    with inside(site), pytest.raises(Conflict):
        closing.close(round_id, actor=VISITOR, now=wrong)
    cast(site, round_id, "v1$een", uuid4())
    with inside(site):
        moments.over(db.session, round_id)
    late = at_once(1, lambda _: cast(site, round_id, "v1$twee", uuid4()))
    assert isinstance(late[0], Conflict)
    with inside(site):
        closing.close(round_id, actor=VISITOR, now=wrong)
        off = text("SELECT abs(extract(epoch FROM closed_at - clock_timestamp())) FROM vote_round")
        assert db.session.scalar(off) < 60
    assert counts(site) == (1, 1)


@pytest.mark.parametrize("hours", [-2, 2])
def test_f9_what_a_page_says_of_a_vote_is_what_the_ballot_box_does(site, hours):
    """A site on a machine whose clock is two hours wrong: open as long as one can vote."""
    opens, closes = soon(hours=-1), soon(hours=1)
    with storing(site) as store:
        vote = make_poll(store, opens_at=opens, opened_at=opens, closes_at=closes)
    dispose(site)
    clock.follow()
    try:
        with time_machine.travel(soon(hours=hours), tick=True):
            reader = visitor(site)
            assert "U kunt stemmen tot" in reader.get(f"/stemmingen/{vote.id}").main
            assert reader.get(f"/stemmingen/{vote.id}/stembiljet").h1 == "Vul uw stembiljet in"
            assert abs(clock.now() - soon(hours=-hours)) < timedelta(minutes=1)
            with storing(site) as store:
                end(store, vote)
            clock.follow()  # as after a while in which it was not heard
            other = visitor(site)
            assert "De stemming is gesloten" in other.get(f"/stemmingen/{vote.id}").main
            other.get(f"/stemmingen/{vote.id}/stembiljet", status=409)
    finally:
        clock.follow(really=False)


def test_f16_messages_of_long_ago_do_nothing_and_break_nothing(site, closed):
    asked = in_app(site, tasks.tally, closed)
    before = left(site), contents(site)
    opened = make_round(site)
    assert in_app(site, tasks.tally, closed) == asked
    for number in (opened, 987654321):
        assert "is not counted now" in in_app(site, tasks.tally, number)
    for task in (tasks.sweep, tasks.sign_heads, tasks.watch):
        in_app(site, task)
    assert (left(site), contents(site)) == before
