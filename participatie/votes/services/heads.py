"""Growing the tree over a board, signing its heads, and proving what stands on it.

Nothing here is built again for a question: the tree grows from its edge, and a proof asks for as
many hashes as it is long.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.votes.keys import Keys
from participatie.votes.models.board import BoardCounter, BoardEntry, BoardHead
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import board as board_queries
from participatie.votes.rules import tree
from participatie.votes.rules.board import canonical
from participatie.votes.rules.heads import head_text, note, promise_text, proof_text
from participatie.votes.rules.tree import Hashes, Span, Subtree

BATCH = 10_000  # leaves that are taken in at once


def sign_head(round_id: int, *, keys: Keys, now: datetime) -> BoardHead | None:
    """The head over everything on a board, made if there is none; None for an empty board.

    Two workers that do this at once make the same rows, once.
    """
    size = db.session.scalars(
        select(BoardCounter.size).where(BoardCounter.round_id == round_id)
    ).one_or_none()
    if not size:
        return None
    before = last_head(round_id)
    if before is None or before.size < size:
        _grow(round_id, before.size if before else 0, size)
        _sign(round_id, size, keys, now=now)
    return last_head(round_id)


def last_head(round_id: int) -> BoardHead | None:
    """The newest head of a board."""
    newest = select(BoardHead).where(BoardHead.round_id == round_id)
    return db.session.scalars(newest.order_by(BoardHead.size.desc()).limit(1)).one_or_none()


def head_note(head: BoardHead) -> str:
    """A head as others read and check it."""
    public = db.session.get_one(VoteRound, head.round_id).head_public or b""
    return note(public, head_text(public, head.size, head.root), head.signature)


def promise(round_id: int, body: Mapping[str, Any], *, keys: Keys) -> str:
    """That a cast comes on the board, signed: it stands on its own until it is there.

    A board that closes without it is refuted by it.
    """
    public = db.session.get_one(VoteRound, round_id).head_public or b""
    text = promise_text(public, canonical(body))
    return note(public, text, keys.sign_head(round_id, text))


def inclusion_proof(round_id: int, seq: int) -> str:
    """The proof that an entry stands on the board under its newest head.

    Raises `NotFound` while no head covers it.
    """
    head = last_head(round_id)
    if head is None or head.size <= seq:
        raise NotFound
    proof = _hashes_of(round_id, tree.inclusion(seq, head.size))
    entry = canonical(db.session.get_one(BoardEntry, (round_id, seq)).body)
    return proof_text(seq, proof, head_note(head), entry=entry)


def consistency_proof(round_id: int, old: int, size: int) -> list[bytes]:
    """The proof that the board of `old` entries is the beginning of the board of `size`."""
    return _hashes_of(round_id, tree.consistency(old, size))


def _grow(round_id: int, size: int, to: int) -> None:
    """Add the complete subtrees above the entries from `size` up to `to`."""
    for start in range(size, to, BATCH):
        edge = _hashes(round_id, tree.subtrees(Span(0, start)))
        entries = board_queries.leaves(round_id, start, min(start + BATCH, to))
        grown = tree.grown(start, db.session.scalars(entries).all(), edge)
        rows = [(level, position, total) for (level, position), total in grown]
        if rows:
            names = ("levels", "positions", "hashes")
            columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
            db.session.connection().execute(board_queries.GROW, {"round": round_id, **columns})


def _sign(round_id: int, size: int, keys: Keys, *, now: datetime) -> None:
    vote_round = db.session.get_one(VoteRound, round_id)
    root = tree.root(size, _hashes(round_id, tree.subtrees(Span(0, size))))
    signature = keys.sign_head(round_id, head_text(vote_round.head_public or b"", size, root))
    db.session.execute(
        insert(BoardHead)
        .values(round_id=round_id, size=size, root=root, signature=signature, signed_at=now)
        .on_conflict_do_nothing()
    )


def _hashes_of(round_id: int, spans: Sequence[Span]) -> list[bytes]:
    hashes = _hashes(round_id, [subtree for span in spans for subtree in tree.subtrees(span)])
    return [tree.hash_of(span, hashes) for span in spans]


def _hashes(round_id: int, wanted: Sequence[Subtree]) -> Hashes:
    """The stored hashes of these subtrees, in one question."""
    above = [subtree for subtree in wanted if subtree.level > 0]
    asked = {
        "round": round_id,
        "leaves": [subtree.position for subtree in wanted if subtree.level == 0],
        "levels": [subtree.level for subtree in above],
        "positions": [subtree.position for subtree in above],
    }
    rows = db.session.connection().execute(board_queries.HASHES, asked).all()
    return {Subtree(level, position): total for level, position, total in rows}
