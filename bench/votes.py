"""A large vote from the box to the checked result. Prints figures, tests nothing.

    python -m bench.votes [ballots [entries]] [add1]

The ballots are made in the database by the code that seals every cast, in as many processes as
there are cores. They are opened by a sealer as `participatie run` starts it, counted and published
by the services, and checked by the two programs out of the folder, each started as anybody does.
"""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from bench.report import Report
from participatie.app import create_app
from participatie.config import Config, Environment, KeysWith
from participatie.core import migrations
from participatie.core.db import db
from participatie.identity.rules import Actor
from participatie.run.postgres import Postgres
from participatie.run.programs import keepers
from participatie.votes.keys import LocalKeys
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules import board
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.kinds import Choice
from participatie.votes.rules.rounds import GREEDY, Channel, fingerprint
from participatie.votes.services import board as boards
from participatie.votes.services import casting, closing, counting, folder, heads, publishing
from participatie.votes.services.opening import frozen_facts
from participatie.votes.voters import vote_keys
from tests import factories, moments
from tests.database import MOVE_CLOSING
from tests.factories import OptionFactory, RoundFactory
from tests.votes.steps import loaded

BALLOTS = 100_000
ENTRIES = 1_000_000
PLANS = 58
MONEY, COST = 300_000_00, 20_000_00
ON_A_LIST = 5
PROOFS = 200
AT_ONCE = 50_000
RULES = {
    "greedy": GREEDY,
    "Equal Shares": {**GREEDY, "rule": "equal-shares"},
}
WITH_ADD1 = {**GREEDY, "rule": "equal-shares", "completion": "add1"}  # takes long to check
LONGEST = 900  # seconds that a check may take; what takes longer is reported as this
CLOSES = datetime(2026, 1, 2, tzinfo=UTC)
NOW = datetime(2026, 1, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Share:
    """The casts that one process makes: those numbered `first` up to `end` of a round."""

    database: str
    keys_dir: Path
    round_id: int
    seal_public: bytes
    size: int
    first: int
    end: int


def main() -> None:
    """Make, open, count, publish and check, for each rule; then a board of a million."""
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    ballots, entries = [*numbers, *(BALLOTS, ENTRIES)[len(numbers) :]]
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="participatie-")))
        place.chmod(0o755)
        config = _started(place, stack)
        app = create_app(config)
        with app.app_context():
            migrations.upgrade()
            Postgres(config.data_dir).psql(MOVE_CLOSING, "participatie")
            factories.bind(db.session, vote_keys())
            tried = RULES | ({"add1": WITH_ADD1} if "add1" in sys.argv else {})
            for name, rules in tried.items():
                _whole_vote(name, rules, ballots, config, place / name.replace(" ", "-"))
            _large_board(entries)
            db.session.remove()
            db.engine.dispose()


def _started(place: Path, stack: ExitStack) -> Config:
    """A database of its own, and the sealer as `participatie run` starts it."""
    postgres = Postgres(place / "data")
    postgres.prepare()
    postgres.start()
    stack.callback(postgres.stop)
    postgres.wait_ready()
    postgres.create_roles()
    config = Config(
        environment=Environment.DEMO,
        data_dir=place / "data",
        base_url="http://127.0.0.1",
        secret_key=secrets.token_urlsafe(32),
        database_url=postgres.url("owner"),
    )
    (keeper,) = keepers(config)
    sealer = subprocess.Popen([*keeper.argv], stderr=subprocess.DEVNULL)
    stack.callback(sealer.wait)
    stack.callback(sealer.terminate)
    while not (keeper.socket and keeper.socket.exists()):
        time.sleep(0.05)
    return replace(config, keys=KeysWith.SEALER)


def _whole_vote(name: str, rules: dict[str, Any], ballots: int, config: Config, into: Path) -> None:
    vote_round = _opened(rules)
    made = _seconds(lambda: _fill(vote_round, ballots, config))
    report = Report(f"{ballots} ballots of {PLANS} plans, {name} (made in {made:.0f} s)")
    closed = _seconds(lambda: _close(vote_round))
    counted = _seconds(lambda: _count(vote_round))
    packed = _seconds(lambda: _unpack(vote_round.id, into))
    board_checked = _seconds(lambda: _check(into, "verify_board.py"))
    recounted = _seconds(lambda: _check(into, "verify_count.py", "stemmen.pb", "uitslag.json"))
    report.row("closed and the head signed", closed, "s", "-")
    report.row("opened, counted and published", counted, "s", "-")
    report.row("the folder made", packed, "s", "-")
    report.row("the board checked", board_checked, "s", "-")
    report.row("the count checked", recounted, "s", "-")
    whole = counted + board_checked + recounted
    report.row(
        "opened, counted and checked", whole, "s", "reported" if rules is WITH_ADD1 else "≤ 60"
    )
    report.show()


def _opened(rules: dict[str, Any]) -> VoteRound:
    """A budget that is open, with an entry that says what was fixed."""
    codes = [f"{37800 + number}" for number in range(PLANS)]
    made = RoundFactory(counting={**rules, "lot": codes}, budget=MONEY)
    for number, code in enumerate(codes):
        OptionFactory(round_id=made.id, code=code, cost=COST + number * 500_00)
    vote_round = loaded(made.id)
    facts = {**frozen_facts(vote_round), "closes_at": CLOSES.timestamp()}
    vote_round.rules_hash = fingerprint(facts)
    head = (vote_round.head_public or b"").hex()
    opening = {"round": vote_round.id, "rules": vote_round.rules_hash, "head": head}
    boards.write(vote_round.id, EntryKind.OPENING, opening)
    db.session.commit()
    return loaded(vote_round.id)


def _fill(vote_round: VoteRound, ballots: int, config: Config) -> None:
    cores = os.cpu_count() or 1
    database = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    bounds = [ballots * part // cores for part in range(cores + 1)]
    shares = [
        Share(
            database=database,
            keys_dir=config.keys_dir,
            round_id=vote_round.id,
            seal_public=vote_round.seal_public or b"",
            size=casting.paper(vote_round.id).size,
            first=first,
            end=end,
        )
        for first, end in pairwise(bounds)
    ]
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        [*pool.map(_put_in, shares)]
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _put_in(share: Share) -> None:
    """The rows of every cast of a share, as casting makes them, each of another voter."""
    chance, keys, number = Random(share.first), LocalKeys(share.keys_dir), share.round_id
    rolls, ballots = [], []
    for place in range(share.first, share.end):
        voter, press = keys.voter_key(number, f"v1${place:064x}"), UUID(int=place)
        receipt = keys.receipt(number, voter, press)
        codes = sorted(f"{37800 + plan}" for plan in chance.sample(range(PLANS), ON_A_LIST))
        choice: Choice = (tuple(codes),)
        sealed = casting.sealed_ballot(choice, receipt, share.seal_public, size=share.size)
        digest = casting.digest_of(choice, receipt)
        body = board.cast_body(number, sealed=sealed, code=receipt.code)
        rolls.append((number, voter, 1, Channel.LOGIN))
        code = board.code_digest(number, receipt.code)
        ballots.append((number, voter, 1, sealed, press, digest, code, board.leaf(body)))
    with psycopg.connect(share.database) as connection:
        for table, columns, rows in (
            ("roll", "round_id, voter_key, version, channel", rolls),
            ("ballot", "round_id, voter_key, version, sealed, press, digest, code, leaf", ballots),
        ):
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def _close(vote_round: VoteRound) -> None:
    moments.over(db.session, vote_round.id, at=CLOSES)
    db.session.expire_all()
    closing.close(vote_round.id, actor=Actor(), now=NOW)
    heads.sign_head(vote_round.id, keys=vote_keys(), now=NOW)
    db.session.commit()


def _count(vote_round: VoteRound) -> None:
    counting.tally(vote_round.id, keys=vote_keys(), now=NOW)
    publishing.publish_by_itself(vote_round.id, actor=Actor(), now=NOW)
    db.session.commit()


def _unpack(round_id: int, into: Path) -> None:
    db.session.expire_all()
    with zipfile.ZipFile(io.BytesIO(b"".join(folder.folder(round_id)))) as archive:
        archive.extractall(into)


def _check(into: Path, program: str, *files: str) -> None:
    argv = [sys.executable, "-I", "-S", program, *files]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(argv, cwd=into, check=True, timeout=LONGEST, stdout=subprocess.DEVNULL)


def _large_board(entries: int) -> None:
    """Heads and proofs over a board that grew to `entries`."""
    made = RoundFactory()
    rows = text(
        "INSERT INTO board_entry (round_id, seq, kind, body, leaf) "
        "SELECT :round, n, 'amendment', jsonb_build_object('n', n), sha256(int8send(n)) "
        "FROM generate_series(:first, :last) n"
    )
    for first in range(0, entries, AT_ONCE):  # in pieces: a statement may take a minute
        last = min(first + AT_ONCE, entries) - 1
        db.session.execute(rows, {"round": made.id, "first": first, "last": last})
    counter = text("UPDATE board_counter SET size = :size WHERE round_id = :round")
    db.session.execute(counter, {"size": entries, "round": made.id})
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    report = Report(f"a board of {entries} entries")
    report.row("the first head over all of it", _seconds(lambda: _sign(made.id)), "s", "-")
    one_more = [_one_more_head(made.id) for _ in range(20)]
    report.row("a head after one more entry", 1000 * sum(one_more) / 20, "ms", "no rebuilding")
    places = [Random(1).randrange(entries) for _ in range(PROOFS)]
    proofs = _seconds(lambda: [heads.inclusion_proof(made.id, seq) for seq in places])
    report.row("a proof that an entry is there", 1000 * proofs / PROOFS, "ms", "no rebuilding")
    grown = _seconds(lambda: [*_consistencies(made.id, entries, places)])
    report.row("a proof that it only grew", 1000 * grown / PROOFS, "ms", "no rebuilding")
    report.show()


def _sign(round_id: int) -> None:
    heads.sign_head(round_id, keys=vote_keys(), now=NOW)
    db.session.commit()


def _one_more_head(round_id: int) -> float:
    boards.write(round_id, EntryKind.AMENDMENT, {"n": 0})
    db.session.commit()
    return _seconds(lambda: _sign(round_id))


def _consistencies(round_id: int, entries: int, places: list[int]) -> Iterator[list[bytes]]:
    for old in places:
        yield heads.consistency_proof(round_id, old + 1, entries)


def _seconds(act: Callable[[], object]) -> float:
    start = time.monotonic()
    act()
    return time.monotonic() - start


if __name__ == "__main__":
    main()
