"""Votes that are published as a folder, and what the checking program says of it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from participatie.core.db import db
from participatie.identity.rules import VISITOR
from participatie.votes import verify_board
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import GREEDY, fingerprint
from participatie.votes.services import board, closing, counting, heads, publishing
from participatie.votes.services.folder import folder
from participatie.votes.services.opening import frozen_facts
from tests import moments
from tests.votes.polls import ONE, POINTS, make_poll
from tests.votes.steps import NOW, cast, cast_answers, loaded, make_round

CLOSES = datetime(2026, 1, 2, tzinfo=UTC)
VOTERS = 12


def opened_round(**settings: Any) -> VoteRound:
    """A round with the opening entry of what its rules will be when it has closed."""
    settings = {"counting": {**GREEDY, "lot": ["0", "1", "2"]}, **settings}
    return opened(loaded(make_round(**settings).id))


def opened(vote_round: VoteRound) -> VoteRound:
    facts = {**frozen_facts(vote_round), "closes_at": CLOSES.timestamp()}
    vote_round.rules_hash = fingerprint(facts)
    head = (vote_round.head_public or b"").hex()
    opening = {"round": vote_round.id, "rules": vote_round.rules_hash, "head": head}
    board.write(vote_round.id, EntryKind.OPENING, opening)
    db.session.commit()
    return vote_round


def finish(vote_round: VoteRound, keys) -> None:
    moments.over(db.session, vote_round.id, at=CLOSES)
    db.session.expire_all()
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)


def published(keys, into: Path, **settings: Any) -> VoteRound:
    """A vote with changed and annulled votes and two heads, published and unpacked."""
    vote_round = opened_round(**settings)
    for number in range(VOTERS):
        cast(vote_round, ["0"] if number % 3 else ["1"], keys=keys, voter=f"v1${number}")
    board.take_up(vote_round.id, all_of_them=True)
    heads.sign_head(vote_round.id, keys=keys, now=NOW - timedelta(hours=2))
    for number in range(3):
        cast(vote_round, ["2"], keys=keys, voter=f"v1${number}")
    board.write(vote_round.id, EntryKind.ANNUL, {"entry": 9, "reason": "Proefstem"})
    finish(vote_round, keys)
    unpack(vote_round.id, into)
    return vote_round


def unpack(round_id: int, into: Path) -> None:
    db.session.expire_all()  # as another process reads it
    with zipfile.ZipFile(io.BytesIO(b"".join(folder(round_id)))) as archive:
        assert archive.testzip() is None
        archive.extractall(into)


def checks(into: Path, *kept: str) -> int:
    return verify_board.main([str(into), *kept])


def published_poll(keys, into: Path) -> VoteRound:
    """A poll with a choice and points, published with codes and unpacked."""
    vote = opened(loaded(make_poll(db.session, ONE, POINTS).id))
    for number in range(VOTERS):
        given = [["v1" + "abc"[number % 3]], [f"v4a={number % 5 + 1}", "v4b=5"]]
        cast_answers(vote, given, keys=keys, voter=f"v1${number}")
    finish(vote, keys)
    unpack(vote.id, into)
    return vote
