"""Writing on the board of a round, outside a cast."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from participatie.core.db import db
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.rules.board import EntryKind, leaf


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
