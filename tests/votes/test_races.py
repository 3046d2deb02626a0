"""Many at once, with real commits: nobody votes twice, nobody is lost at closing, a killed count
starts again."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import VISITOR
from participatie.votes.keys import Receipt
from participatie.votes.models.ballots import Ballot, Choice, Tally
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.models.rounds import Turnout, VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules import board as board_rules
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import (
    board,
    casting,
    closing,
    counting,
    elections,
    opening,
    turnout,
)
from tests import factories, moments
from tests.factories import OptionFactory, RoundFactory, soon
from tests.real import wait_until_somebody_waits
from tests.votes.busy import (
    at_once,
    cast,
    counted_here,
    counts,
    finish,
    inside,
    make_round,
    rows,
    send,
    wait_until,
    worker,
)

pytestmark = pytest.mark.database


def test_f3_fifty_times_the_same_press_at_once_is_one_ballot(site):
    round_id, press = make_round(site), uuid4()
    answers = at_once(50, lambda _: cast(site, round_id, "v1$een", press))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Receipt)
    assert counts(site) == (1, 1)


def test_f3_fifty_presses_of_one_voter_at_once_are_fifty_versions_and_one_counts(site):
    round_id = make_round(site)
    answers = at_once(50, lambda n: cast(site, round_id, "v1$een", uuid4(), "abc"[n % 3]))
    assert len({receipt.code for receipt in answers}) == 50
    assert counts(site) == (1, 50)
    with inside(site):
        final = db.session.scalars(select(Ballot).order_by(Ballot.version.desc())).first()
        assert final is not None
        assert final.version == 50
        [plain] = site.extensions["vote_keys"].open(round_id, [final.sealed])
    finish(site, round_id)
    with inside(site):
        [last] = elections.choices(round_id).values()
    assert last == {casting.opened(plain)[0]: 1}
    with inside(site):
        places = db.session.scalars(select(BoardEntry.seq).order_by(BoardEntry.seq)).all()
    assert places == list(range(52))  # fifty casts, the closing and the result


def test_f3_the_same_press_for_two_lists_at_once_stores_one_and_refuses_the_other(site):
    round_id, press = make_round(site), uuid4()
    answers = at_once(20, lambda n: cast(site, round_id, "v1$een", press, "ab"[n % 2]))
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {Receipt: 10, Conflict: 10}
    assert counts(site) == (1, 1)


def test_f3_twenty_voters_at_once_are_twenty_ballots(site):
    round_id = make_round(site)
    receipts = at_once(20, lambda n: cast(site, round_id, f"v1${n}", uuid4()))
    assert len({receipt.code for receipt in receipts}) == 20
    assert counts(site) == (20, 20)


def test_each_cast_comes_on_the_board_once_while_many_vote_and_many_take_up(site, monkeypatch):
    monkeypatch.setattr(board_rules, "GROUP", 1)
    round_id = make_round(site)

    def cast_or_take_up(number: int) -> None:
        if number % 2:
            cast(site, round_id, f"v1${number}", uuid4())
            return
        with inside(site):
            board.take_up(round_id, all_of_them=False)

    at_once(24, cast_or_take_up)
    with inside(site):
        board.take_up(round_id, all_of_them=True)
    with inside(site):
        entries = db.session.execute(select(BoardEntry.seq, BoardEntry.leaf)).all()
        assert sorted(seq for seq, _ in entries) == list(range(12))
        assert {leaf for _, leaf in entries} == {*db.session.scalars(select(Ballot.leaf))}
        assert db.session.scalars(select(BoardCounter.size)).one() == 12


def test_who_waits_for_a_round_that_somebody_opens_opens_nothing(site):
    """The rules are fixed in the very moment of the sweep, or one sweep runs into the next."""
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        draft = RoundFactory(state=RoundState.DRAFT, opened_at=None)
        OptionFactory(round_id=draft.id, code="a")
        draft.rules_hash = "a" * 64
        round_id = int(draft.id)

    def open_due() -> list[int]:
        with inside(site):
            return opening.open_due(keys=site.extensions["vote_keys"], now=soon())

    with ThreadPoolExecutor(1) as pool:
        with inside(site):
            assert opening.open_due(keys=site.extensions["vote_keys"], now=soon()) == [round_id]
            second = pool.submit(open_due)
            wait_until_somebody_waits(site)
        assert second.result(30) == []
    with inside(site):
        entries = db.session.scalars(select(BoardEntry.kind)).all()
    assert entries == [EntryKind.OPENING]


def test_the_turnout_of_an_hour_is_counted_once_when_two_count_at_once(site):
    round_id = make_round(site)
    with inside(site):
        db.session.get_one(VoteRound, round_id).shows_turnout = True
    moment = soon()

    def count_again() -> None:
        with inside(site):
            turnout.count_hourly(now=moment)

    cast(site, round_id, "v1$een", uuid4())
    with ThreadPoolExecutor(1) as pool:
        with inside(site):
            turnout.count_hourly(now=moment)
            cast(site, round_id, "v1$twee", uuid4())
            second = pool.submit(count_again)
            wait_until_somebody_waits(site)
        second.result(30)
    with inside(site):
        assert db.session.scalars(select(Turnout.voters)).one() == 1


def test_f4_closing_during_a_rush_loses_nobody_and_lets_nobody_in_afterwards(site):
    """Twenty rounds, each closed at a random moment while six voters cast without a pause."""
    began = time.monotonic()
    for _ in range(20):
        round_id = make_round(site)
        accepted, refused = rush(site, round_id, span=random.uniform(0.1, 0.35))
        with inside(site):
            vote_round = db.session.get_one(VoteRound, round_id)
            voters = db.session.scalars(round_queries.turnout(round_id)).one()
            assert vote_round.state is RoundState.CLOSED
        assert refused == 6, "each thread ends by a refusal, and none was refused before it"
        assert accepted == voters == ballots_at_close(site, round_id)
    assert time.monotonic() - began < 120  # starving would take for ever


def rush(site: Flask, round_id: int, *, span: float) -> tuple[int, int]:
    """Cast in six threads until the round is closed; how many were accepted and refused."""
    accepted: list[int] = []
    refused: list[int] = []

    def vote(thread: int) -> None:
        for number in range(10_000):
            try:
                cast(site, round_id, f"v1${thread}-{number}", uuid4())
            except Conflict:
                refused.append(thread)
                return
            accepted.append(number)

    threads = [threading.Thread(target=vote, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(span)
    with inside(site):
        moments.over(db.session, round_id)
        closing.close(round_id, actor=VISITOR, now=soon())
    for thread in threads:
        thread.join(15)
    return len(accepted), len(refused)


def test_who_comes_too_late_is_told_at_once_and_does_not_wait_for_the_count(site):
    round_id, press = make_round(site), uuid4()
    receipt = cast(site, round_id, "v1$een", press)
    with inside(site):
        moments.over(db.session, round_id)
        closing.close(round_id, actor=VISITOR, now=soon())
    with inside(site):
        counting.tally(round_id, keys=site.extensions["vote_keys"], now=soon())
        began = time.monotonic()
        with ThreadPoolExecutor(1) as other:
            late = other.submit(at_once, 1, lambda _: cast(site, round_id, "v1$twee", uuid4()))
            again = other.submit(cast, site, round_id, "v1$een", press)
            assert isinstance(late.result(20)[0], Conflict)
            assert again.result(20) == receipt
        assert time.monotonic() - began < 5


def ballots_at_close(site: Flask, round_id: int) -> int:
    """How many ballots there were when the round was closed, as the audit log says."""
    with inside(site):
        query = "SELECT (detail->>'turnout')::int FROM audit_entry WHERE act = 'votes.close'"
        found = text(f"{query} AND subject = :subject")
        return int(db.session.execute(found, {"subject": f"vote_round/{round_id}"}).scalar_one())


# A worker that is killed in the middle of a count


def waits_for_a_lock(owner: psycopg.Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tally'::regclass"
    row = owner.execute(query).fetchone()
    return row is not None and row[0] > 0


def test_f7_a_worker_killed_in_the_middle_of_a_count_gives_the_same_result_later(site, cluster):
    round_id = make_round(site)
    for number in range(30):
        cast(site, round_id, f"v1${number}", uuid4(), ["a", "ab", "c", "c"][number % 4])
    with inside(site):
        moments.over(db.session, round_id)
    name = site.config["DATABASE"]
    plain = cluster.server.url("owner", name).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as watcher, psycopg.connect(plain) as owner:
        with worker(site, cluster) as doomed:
            # Its choices are written when it wants to write the tally: there it is held, and dies.
            owner.execute("LOCK TABLE tally IN EXCLUSIVE MODE")
            send(site, "sweep")
            wait_until(lambda: waits_for_a_lock(watcher))
            doomed.kill()
        owner.rollback()
    assert rows(site, Tally) == rows(site, Choice) == 0
    expected = counted_here(site, round_id)
    with worker(site, cluster):
        send(site, "sweep")
        wait_until(lambda: rows(site, Tally) == 1)
    with inside(site):
        made = db.session.scalars(result_queries.visible_tally(round_id)).one()
        assert (made.result, made.input_hash, made.result_hash) == expected
        [answers] = elections.choices(round_id).values()
        assert answers == {("a",): 8, ("a", "b"): 8, ("c",): 14}
