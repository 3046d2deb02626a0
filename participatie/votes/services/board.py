"""Writing on the board of a round, outside a cast, and finding there what somebody cast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.votes.models.board import BoardCounter, BoardEntry, OpenedBallot
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.board import (
    EntryKind,
    Status,
    cast_body,
    code_digest,
    leaf,
    taken_up,
)
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


def take_up(round_id: int, *, all_of_them: bool) -> int:
    """Put casts that wait on the board, together; how many that are.

    Whose they are is drawn by lot, and always of many voters or of none: so nobody who casts just
    before and just after another finds that cast between their own. What is in the box and not on
    the board waits: nothing else says so, and a cast stands there once. At the closing they all
    go on.
    """
    counted = select(BoardCounter).where(BoardCounter.round_id == round_id)
    counter = db.session.scalars(
        counted.with_for_update().execution_options(populate_existing=True)
    ).one()
    asked = {"round": round_id, "size": counter.size}
    waiting = db.session.scalars(board_queries.WAITING_VOTERS, asked).one()
    voters = waiting if all_of_them else taken_up(waiting)
    if voters:
        put = db.session.connection().execute(board_queries.TAKE_UP, {**asked, "voters": voters})
        counter.size += put.rowcount
        db.session.flush()
        return put.rowcount
    return 0


@dataclass(frozen=True, slots=True)
class Known:
    """What may be told of a cast: its entry and place on the board, none while it waits for
    others, and after publishing also what became of it.

    `answers` has an answer for each question, where choices are published with codes.
    """

    body: Mapping[str, Any]
    seq: int | None
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
    body = cast_body(round_id, sealed=found.sealed, code=code)
    if found.status is None:
        return Known(body, found.seq, None, None)
    opened = db.session.get(OpenedBallot, (round_id, code))
    return Known(body, found.seq, found.status, opened.answers if opened else None)
