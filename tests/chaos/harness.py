"""Casting while everything is killed, and what must hold afterwards.

Every voter presses once, and presses the same button again until an answer says that the vote is
stored. Then: each confirmed vote is in the box, none twice, and the board tells exactly of these.
"""

from __future__ import annotations

import hashlib
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

from participatie.app import create_app
from participatie.config import Config, Environment
from participatie.core.db import db
from participatie.run.postgres import Role, database_url
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.board import EntryKind, leaf
from participatie.votes.services.casting import opened
from tests.chaos.killer import Killer
from tests.chaos.voters import Voter, open_budget, voters
from tests.database import dispose
from tests.e2e.site import Site, running_site

CONNECTIONS = 8
PATIENCE = 60.0


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
        crowd = voters(app, budget_id, round_id, count=casts)
        killer = Killer(site, seed=seed)
        start = time.monotonic()
        killer.start()
        try:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                presses = list(pool.map(lambda voter: _vote(site, budget_id, voter), crowd))
        finally:
            killer.stop()
        seconds = time.monotonic() - start
        confirmed = [v for v, times in zip(crowd, presses, strict=True) if times]
        dispose(app)  # its connections may be those of a killed server
        with app.app_context():
            lost, doubled, faults = _judged(app, round_id, confirmed)
            db.session.remove()
        if len(confirmed) < casts:
            faults.append(f"{casts - len(confirmed)} voters got no answer in {PATIENCE:.0f} s")
        repeats = sum(times - 1 for times in presses if times)
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


def _vote(site: Site, budget_id: int, voter: Voter) -> int:
    """How often the button was pressed until the vote was confirmed; 0 when that never came."""
    deadline = time.monotonic() + PATIENCE
    pressed = 0
    while time.monotonic() < deadline:
        pressed += 1
        if _press(site, budget_id, voter):
            return pressed
        time.sleep(0.2)
    return 0


def _press(site: Site, budget_id: int, voter: Voter) -> bool:
    """Whether the answer to one press says that the vote is stored."""
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=20)
    headers = {
        "Cookie": f"session={voter.cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", f"/begrotingen/{budget_id}/stem", voter.form, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    assert answer.status in {303, 503}, (answer.status, site.log[-3000:])
    return answer.status == 303 and answer.headers["Location"].endswith("/ontvangen")


def _judged(app: Flask, round_id: int, confirmed: list[Voter]) -> tuple[int, int, list[str]]:
    """How many confirmed votes are not in the box, how many are there twice, and what is wrong."""
    ballots = db.session.scalars(select(Ballot).where(Ballot.round_id == round_id)).all()
    presses = Counter(ballot.press for ballot in ballots)
    lost = sum(voter.press not in presses for voter in confirmed)
    versions = db.session.scalars(select(Roll.version).where(Roll.round_id == round_id)).all()
    doubled = len(ballots) - len(presses) + sum(version - 1 for version in versions)
    faults = [*_faults_of_board(round_id, ballots)]
    plain = app.extensions["vote_keys"].open(round_id, [ballot.sealed for ballot in ballots])
    found = Counter(tuple(sorted(opened(one)[0])) for one in plain)
    if not found >= Counter(voter.codes for voter in confirmed):
        faults.append("the box holds other choices than were made")
    if len(versions) != len(ballots):
        faults.append(f"{len(versions)} voters on the roll, {len(ballots)} ballots in the box")
    return lost, doubled, faults


def _faults_of_board(round_id: int, ballots: Sequence[Ballot]) -> Iterator[str]:
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
    casts = {entry.seq: entry.body["sealed"] for entry in entries if entry.kind is EntryKind.CAST}
    if casts != {b.seq: hashlib.sha256(b.sealed).hexdigest() for b in ballots}:
        yield "the board tells of other ballots than are in the box"


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
