"""Writing on the board of a round, outside a cast, and finding there what somebody cast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.votes.models.board import BoardCounter, BoardEntry, OpenedBallot
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.board import EntryKind, Status, code_digest, leaf
from participatie.votes.rules.codes import read


def begin(round_id: int) -> None:
    """An empty board."""
    db.session.add(BoardCounter(round_id=round_id, size=0))
    db.session.flush()


def write(round_id: int, kind: EntryKind, facts: Mapping[str, Any]) -> int:
    """Add an entry; its place on the board."""
    seq = db.session.scalars(
        update(BoardCounter)
        .where(BoardCounter.round_id == round_id)
        .values(size=BoardCounter.size + 1)
        .returning(BoardCounter.size - 1)
    ).one()
    body = {"kind": kind.value, **facts}
    db.session.add(BoardEntry(round_id=round_id, seq=seq, kind=kind, body=body, leaf=leaf(body)))
    db.session.flush()
    return seq


@dataclass(frozen=True, slots=True)
class Known:
    """What may be told of a cast: its place, and after publishing also what became of it.

    `answers` has an answer for each question, where choices are published with codes.
    """

    seq: int
    status: Status | None
    answers: list[list[str]] | None


def check_code(round_id: int, typed: str) -> Known:
    """What is known of the cast with a control code; until publishing only that it is there.

    So who looks over a shoulder while the vote is open does not learn whether it was changed.
    Raises `Invalid` for what is no code, `NotFound` for one that no cast of this round has.
    """
    code = read(typed)
    found = db.session.execute(
        board_queries.cast_by_code(round_id, code_digest(round_id, code))
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no vote with this code in this vote. Look at the code again."))
    if found.status is None:
        return Known(found.seq, None, None)
    opened = db.session.get(OpenedBallot, (round_id, code))
    return Known(found.seq, found.status, opened.answers if opened else None)
