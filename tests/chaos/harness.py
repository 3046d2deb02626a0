"""Casting while everything is killed, and what must hold afterwards.

Every voter presses, and presses the same button again until an answer says that the vote is stored;
two of three then change their vote. Afterwards: each confirmed vote is in the box, none twice, the
last of each voter counts and no other, and the board tells exactly of these.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from participatie.app import create_app
from participatie.config import Config, Environment
from participatie.core import audit
from participatie.core.db import db
from participatie.run.postgres import Role, database_url
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.board import EntryKind, cast_body, leaf
from participatie.votes.services import board
from participatie.votes.services.casting import opened
from tests.chaos.killer import Killer
from tests.chaos.voters import Cast, Voter, open_budget, voters
from tests.database import dispose
from tests.e2e.site import Site, running_site

CONNECTIONS = 8
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; `repeats` are presses that were needed because an answer was no or lost."""

    casts: int
    kills: Counter[str]
    repeats: int
    seconds: float
    lost: int
    doubled: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        killed = ", ".join(f"{name} {times}" for name, times in sorted(self.kills.items()))
        return (
            f"chaos: {self.casts} casts in {self.seconds:.0f} s, {self.kills.total()} kills"
            f" ({killed}), {self.repeats} pressed again; lost {self.lost}, doubled {self.doubled}"
        )


def run(casts: int, *, seed: int) -> Outcome:
    """`casts` voters vote while parts of the system are killed."""
    secret = secrets.token_urlsafe(32)
    with running_site(SECRET_KEY=secret) as site, _application(site, secret) as app:
        budget_id, round_id = open_budget(app)
        crowd = voters(app, round_id, casts=casts)
        killer = Killer(site, seed=seed)
        start = time.monotonic()
        killer.start()
        try:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                presses = list(pool.map(lambda voter: _vote(app, site, budget_id, voter), crowd))
        finally:
            killer.stop()
        seconds = time.monotonic() - start
        confirmed = [voter[: len(times)] for voter, times in zip(crowd, presses, strict=True)]
        dispose(app)  # its connections may be those of a killed server
        with app.app_context():
            complete = [v for v, whole in zip(confirmed, crowd, strict=True) if v == whole]
            lost, doubled, faults = _judged(app, round_id, confirmed, complete)
            db.session.remove()
        if missed := casts - sum(map(len, confirmed)):
            faults.append(f"{missed} casts got no answer in {PATIENCE:.0f} s")
        repeats = sum(pressed - 1 for times in presses for pressed in times)
        return Outcome(casts, killer.kills, repeats, seconds, lost, doubled, tuple(faults))


@contextmanager
def _application(site: Site, secret: str) -> Iterator[Flask]:
    config = Config(
        environment=Environment.DEMO,
        data_dir=site.data_dir,
        base_url=site.address,
        secret_key=secret,
        database_url=database_url(site.data_dir, Role.OWNER),
    )
    app = create_app(config)
    try:
        yield app
    finally:
        dispose(app)


def _vote(app: Flask, site: Site, budget_id: int, voter: Voter) -> list[int]:
    """How often each button was pressed until the vote was confirmed; the rest is not pressed when
    one confirmation never came."""
    pressed = []
    for cast in voter:
        _lay_ready(app, site, cast)
        times = _cast(site, budget_id, cast)
        if not times:
            break
        pressed.append(times)
    return pressed


def _lay_ready(app: Flask, site: Site, cast: Cast) -> None:
    """Keep the list that the voter has checked, however long the database is away."""
    row = insert(VoteDraft).values(cast.draft)
    statement = row.on_conflict_do_update(constraint="pk_vote_draft", set_=cast.draft)
    deadline = time.monotonic() + PATIENCE
    with app.app_context():
        while True:
            try:
                db.session.execute(statement)
                db.session.commit()
            except OperationalError:
                db.session.rollback()
                assert time.monotonic() < deadline, f"no database:\n{site.log[-3000:]}"
                time.sleep(0.2)
            else:
                return


def _cast(site: Site, budget_id: int, cast: Cast) -> int:
    """How often a button was pressed until the vote was confirmed; 0 when that never came."""
    deadline = time.monotonic() + PATIENCE
    pressed = 0
    while time.monotonic() < deadline:
        pressed += 1
        if _press(site, budget_id, cast):
            return pressed
        time.sleep(0.2)
    return 0


def _press(site: Site, budget_id: int, cast: Cast) -> bool:
    """Whether the answer to one press says that the vote is stored."""
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=20)
    headers = {
        "Cookie": f"session={cast.cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", f"/begrotingen/{budget_id}/stem", cast.form, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    assert answer.status in {303, 503}, (answer.status, site.log[-3000:])
    return answer.status == 303 and answer.headers["Location"].endswith("/ontvangen")


def _judged(
    app: Flask, round_id: int, confirmed: list[Voter], complete: list[Voter]
) -> tuple[int, int, list[str]]:
    """How many confirmed votes are not in the box, how many are there twice, and what is wrong.

    All come on the board first, in two times, as in an open vote and at its closing.
    """
    for all_of_them in (False, True):
        board.take_up(round_id, all_of_them=all_of_them)
        db.session.commit()
    ballots = db.session.scalars(select(Ballot).where(Ballot.round_id == round_id)).all()
    keys = app.extensions["vote_keys"]
    presses = Counter(ballot.press for ballot in ballots)
    lost = sum(cast.press not in presses for voter in confirmed for cast in voter)
    versions = db.session.scalars(select(Roll.version).where(Roll.round_id == round_id)).all()
    doubled = len(ballots) - len(presses) + abs(sum(versions) - len(ballots))
    faults = [*_faults_of_board(round_id, ballots, keys)]
    if wrong := _not_counted_as_cast(round_id, ballots, complete, keys):
        faults.append(f"of {wrong} voters another ballot counts than the one they cast last")
    if broken := [*audit.broken_entries()]:
        faults.append(f"entries {broken} of the log do not follow from the one before")
    return lost, doubled, faults


def _not_counted_as_cast(
    round_id: int, ballots: Sequence[Ballot], complete: list[Voter], keys: Keys
) -> int:
    """Of how many voters the ballot that counts is not their last one.

    A cast whose answer never came may be in the box all the same: of such a voter nothing is said.
    """
    rows = db.session.execute(board_queries.ballots_with_entries(round_id))
    counting = [*{row.voter_key: row.sealed for row in rows}.values()]  # the last of each
    plain = dict(zip(counting, keys.open(round_id, counting), strict=True))
    stored = {ballot.press: plain.get(ballot.sealed) for ballot in ballots}
    wrong = 0
    for voter in complete:
        found = stored.get(voter[-1].press)
        wrong += found is None or tuple(sorted(opened(found)[0])) != voter[-1].codes
    return wrong


def _faults_of_board(round_id: int, ballots: Sequence[Ballot], keys: Keys) -> Iterator[str]:
    entries = db.session.scalars(
        select(BoardEntry).where(BoardEntry.round_id == round_id).order_by(BoardEntry.seq)
    ).all()
    size = db.session.scalars(
        select(BoardCounter.size).where(BoardCounter.round_id == round_id)
    ).one()
    if [entry.seq for entry in entries] != [*range(size)]:
        yield "the board has holes"
    if any(entry.leaf != leaf(entry.body) for entry in entries):
        yield "a leaf of the board is not that of its entry"
    told = {entry.leaf: entry.body for entry in entries if entry.kind is EntryKind.CAST}
    codes = {b.leaf: keys.receipt(round_id, b.voter_key, b.press).code for b in ballots}
    if told != {b.leaf: cast_body(round_id, sealed=b.sealed, code=codes[b.leaf]) for b in ballots}:
        yield "the board tells of other ballots and receipts than there are"


def added_up(told: str, outcome: Outcome) -> str:
    """What is kept over runs, with one run more."""
    kept = json.loads(told) if told else {}
    for name, number in {
        "runs": 1,
        "casts": outcome.casts,
        "kills": outcome.kills.total(),
        "lost": outcome.lost,
        "doubled": outcome.doubled,
    }.items():
        kept[name] = kept.get(name, 0) + number
    return json.dumps(kept)
