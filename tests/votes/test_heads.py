"""Heads: signed over what stands on the board, grown and never rebuilt, by one worker or two."""

from __future__ import annotations

import base64
import hashlib

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from sqlalchemy import event, select

from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.votes.keys import SealerKeys
from participatie.votes.models.board import BoardEntry, BoardHead, BoardNode
from participatie.votes.queries import board as board_queries
from participatie.votes.rules import tree
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import board, heads
from participatie.votes.tasks import sign_heads, sweep
from tests.sealer import running_sealer
from tests.votes.steps import NOW, cast, end, loaded, make_round, rows

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def fill(round_id: int, number: int) -> None:
    for place in range(number):
        board.write(round_id, EntryKind.AMENDMENT, {"place": place})


def leaves(round_id: int) -> list[bytes]:
    stored = select(BoardEntry.leaf).where(BoardEntry.round_id == round_id)
    return [*db.session.scalars(stored.order_by(BoardEntry.seq))]


def sign(round_id: int, keys) -> BoardHead:
    head = heads.sign_head(round_id, keys=keys, now=NOW)
    assert head is not None
    return head


def root_of(leaves: list[bytes]) -> bytes:
    """By the definition of RFC 6962, without anything stored."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def test_a_head_has_the_root_of_the_board_and_the_signature_of_the_round(keys):
    vote_round = make_round()
    for number in range(5):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${number}")
    board.take_up(vote_round.id, all_of_them=True)
    head = sign(vote_round.id, keys)
    assert (head.size, head.root) == (5, root_of(leaves(vote_round.id)))
    public = loaded(vote_round.id).head_public or b""
    note = heads.head_note(head)
    signed, signature = note.split("\n\n")
    raw = base64.b64decode(signature.split()[-1])
    VerifyKey(public).verify(f"{signed}\n".encode(), raw[4:])
    with pytest.raises(BadSignatureError):
        VerifyKey(public).verify(f"{signed}0\n".encode(), raw[4:])
    name = f"participatie/vote/{public.hex()[:16]}"
    assert signed.split("\n") == [name, "5", base64.b64encode(head.root).decode()]
    assert raw[:4] == hashlib.sha256(f"{name}\n\x01".encode() + public).digest()[:4]


def test_heads_grow_with_the_board_and_each_is_the_beginning_of_the_next(keys, monkeypatch):
    monkeypatch.setattr(heads, "BATCH", 7)
    round_id, signed = make_round().id, []
    for number in (1, 2, 20, 1, 40):
        fill(round_id, number)
        signed.append(sign(round_id, keys))
    assert [head.size for head in signed] == [1, 3, 23, 24, 64]
    for place, head in enumerate(signed):
        assert head.root == root_of(leaves(round_id)[: head.size])
        for older in signed[: place + 1]:
            proof = heads.consistency_proof(round_id, older.size, head.size)
            assert tree.grew(older.size, older.root, head.size, head.root, proof)
    assert rows(BoardNode) == 63  # every complete subtree of 64 leaves, once


def test_signing_again_changes_nothing(keys):
    round_id = make_round().id
    assert heads.sign_head(round_id, keys=keys, now=NOW) is None
    fill(round_id, 6)
    first = sign(round_id, keys)
    assert heads.sign_head(round_id, keys=keys, now=NOW) is first
    # A second worker that had not seen the first: the same rows.
    heads._grow(round_id, 0, 6)
    heads._sign(round_id, 6, keys, now=NOW)
    assert (rows(BoardHead), rows(BoardNode)) == (1, 4)


def test_a_proof_names_what_stands_on_the_board_and_no_more(keys):
    round_id = make_round().id
    fill(round_id, 11)
    with pytest.raises(NotFound):
        heads.inclusion_proof(round_id, 0)
    head = sign(round_id, keys)
    fill(round_id, 1)
    for seq, leaf in enumerate(leaves(round_id)[:11]):
        text = heads.inclusion_proof(round_id, seq)
        kind, extra, index, *hashes = text.split("\n\n")[0].split("\n")
        entry = base64.b64decode(extra.removeprefix("extra "))
        assert hashlib.sha256(b"\x00" + entry).digest() == leaf
        assert (kind, index) == ("c2sp.org/tlog-proof@v1", f"index {seq}")
        proof = [base64.b64decode(one) for one in hashes]
        assert tree.root_by_inclusion(leaf, seq, 11, proof) == head.root
    with pytest.raises(NotFound):
        heads.inclusion_proof(round_id, 11)


def test_a_proof_reads_as_many_rows_as_it_needs_and_not_the_board(keys):
    round_id = make_round().id
    fill(round_id, 300)
    heads.sign_head(round_id, keys=keys, now=NOW)
    fetched: list[int] = []
    connection = db.session.connection()
    seen = lambda *args: fetched.append(args[1].rowcount)  # noqa: E731
    event.listen(connection, "after_cursor_execute", seen)
    heads.inclusion_proof(round_id, 155)
    fill(round_id, 1)
    heads.sign_head(round_id, keys=keys, now=NOW)
    event.remove(connection, "after_cursor_execute", seen)
    assert sum(fetched) < 60


def test_the_worker_signs_every_board_that_grew(app, keys):
    boards = [make_round().id for _ in range(3)]
    fill(boards[0], 2)
    fill(boards[2], 3)
    db.session.commit()
    assert db.session.scalars(board_queries.without_head()).all() == [boards[0], boards[2]]
    assert sign_heads() == f"signed [{boards[0]}, {boards[2]}]"
    assert sign_heads() == ""


def test_that_the_keys_are_destroyed_is_signed_too(keys):
    round_id = make_round().id
    keys.destroy(round_id)
    board.write(round_id, EntryKind.DESTROYED, {})
    db.session.commit()
    assert sign_heads() == f"signed [{round_id}]"


def test_closing_signs_the_head_of_that_moment(common, keys):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    end(vote_round)
    db.session.commit()
    sweep()
    [head] = db.session.scalars(select(BoardHead).where(BoardHead.round_id == vote_round.id))
    last = select(BoardEntry.kind).where(
        BoardEntry.round_id == vote_round.id, BoardEntry.seq == head.size - 1
    )
    assert db.session.scalars(last).one() is EntryKind.CLOSING


def test_a_vote_closes_on_time_while_who_keeps_the_keys_is_away(app, common, keys, monkeypatch):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    end(vote_round)
    db.session.commit()
    with running_sealer() as sealer:
        away = SealerKeys(sealer.sockets_dir)
    monkeypatch.setitem(app.extensions, "vote_keys", away)
    sweep()
    assert loaded(vote_round.id).state is RoundState.CLOSED
    assert heads.last_head(vote_round.id) is None
    monkeypatch.setitem(app.extensions, "vote_keys", keys)
    sign_heads()
    assert heads.last_head(vote_round.id) is not None
