"""What stands on the board, and the ballots behind it."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    LargeBinary,
    Select,
    SmallInteger,
    any_,
    bindparam,
    column,
    distinct,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert

from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import (
    BoardCounter,
    BoardEntry,
    BoardHead,
    BoardNode,
    CountFault,
    EntryStatus,
)
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.board import EntryKind, Status
from participatie.votes.rules.rounds import RoundState

_ENTRY = (
    (BoardEntry.round_id == Ballot.round_id)
    & (BoardEntry.kind == EntryKind.CAST)
    & (BoardEntry.leaf == Ballot.leaf)
)
"""What ties a ballot to the board: what stands there, and not where."""


def ballots_with_entries(round_id: int) -> Select[Any]:
    """Every ballot with its entry on the board, voter by voter in the order of casting."""
    return (
        select(Ballot.voter_key, Ballot.sealed, BoardEntry.seq, BoardEntry.body, Roll.channel)
        .join(Roll, (Roll.round_id == Ballot.round_id) & (Roll.voter_key == Ballot.voter_key))
        .outerjoin(BoardEntry, _ENTRY)
        .where(Ballot.round_id == round_id)
        .order_by(Ballot.voter_key, Ballot.version)
    )


def cast_entries(round_id: int) -> Select[int]:
    """The places of the casts on a board."""
    return select(BoardEntry.seq).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.CAST
    )


def cast_by_code(round_id: int, digest: bytes) -> Select[bytes, int, Status]:
    """The cast with a control code: its place on the board, none while it waits for others there,
    and its status once the round is published.
    """
    return (
        select(Ballot.sealed, BoardEntry.seq, EntryStatus.status)
        .outerjoin(BoardEntry, _ENTRY)
        .outerjoin(
            VoteRound,
            (VoteRound.id == Ballot.round_id) & (VoteRound.state == RoundState.PUBLISHED),
        )
        .outerjoin(
            EntryStatus,
            (EntryStatus.round_id == VoteRound.id) & (EntryStatus.seq == BoardEntry.seq),
        )
        .where(Ballot.round_id == round_id, Ballot.code == digest)
    )


_ROUND = bindparam("round", type_=BigInteger)
_WAITING = (
    select(Ballot.voter_key, Ballot.sealed, Ballot.code, Ballot.leaf)
    .where(Ballot.round_id == _ROUND, ~exists().where(_ENTRY))
    .cte("waiting")
)
WAITING_VOTERS = select(func.count(distinct(_WAITING.c.voter_key)))
"""Of how many voters of `round` casts do not stand on the board yet."""

_DRAWN = (
    select(_WAITING.c.voter_key)
    .group_by(_WAITING.c.voter_key)
    .order_by(func.gen_random_uuid())
    .limit(bindparam("voters", type_=BigInteger))
    .cte("drawn")
)
TAKE_UP = (
    insert(BoardEntry)
    .from_select(
        ["round_id", "seq", "kind", "body", "leaf"],
        select(
            _ROUND,
            bindparam("size", type_=BigInteger)
            + func.row_number().over(order_by=_WAITING.c.leaf)
            - literal(1, BigInteger),
            literal(EntryKind.CAST, BoardEntry.kind.type),
            func.jsonb_build_object(
                *("kind", EntryKind.CAST.value),
                *("sealed", func.encode(func.sha256(_WAITING.c.sealed), "hex")),
                *("code", func.encode(_WAITING.c.code, "hex")),
            ),
            _WAITING.c.leaf,
        ).join_from(_WAITING, _DRAWN, _WAITING.c.voter_key == _DRAWN.c.voter_key),
    )
    .execution_options(preserve_rowcount=True)
)
"""Puts the casts of so many `voters` of `round` that wait on its board of `size` entries.

A lot draws whose, and they stand there in the order of their leaves: that says nothing of when.
"""


def amendments(round_id: int) -> Select[Any]:
    """What changed in a round since it opened, in order."""
    return (
        select(BoardEntry.body)
        .where(BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.AMENDMENT)
        .order_by(BoardEntry.seq)
    )


def annulled(round_id: int) -> Select[int]:
    """The places of the entries that were annulled, each by an entry of its own."""
    return select(BoardEntry.body["entry"].as_integer()).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.ANNUL
    )


def closings(round_id: int) -> Select[int]:
    """The places where a board says that the vote closed; more than one where it opened again."""
    return (
        select(BoardEntry.seq)
        .where(BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.CLOSING)
        .order_by(BoardEntry.seq)
    )


def with_status(round_id: int, status: Status) -> Select[int]:
    """How many cast entries have this status."""
    return (
        select(func.count())
        .select_from(EntryStatus)
        .where(EntryStatus.round_id == round_id, EntryStatus.status == status)
    )


def leaves(round_id: int, start: int, end: int) -> Select[bytes]:
    """What the tree holds of the entries of a board from `start` up to `end`."""
    return (
        select(BoardEntry.leaf)
        .where(BoardEntry.round_id == round_id, BoardEntry.seq >= start, BoardEntry.seq < end)
        .order_by(BoardEntry.seq)
    )


_LEVELS = bindparam("levels", type_=ARRAY(SmallInteger))
_POSITIONS = bindparam("positions", type_=ARRAY(BigInteger))
_WANTED = (
    func.unnest(_LEVELS, _POSITIONS)
    .table_valued(column("level", SmallInteger), column("position", BigInteger))
    .render_derived(name="wanted")
)
HASHES = union_all(
    select(literal(0), BoardEntry.seq, BoardEntry.leaf).where(
        BoardEntry.round_id == _ROUND,
        BoardEntry.seq == any_(bindparam("leaves", type_=ARRAY(BigInteger))),
    ),
    select(BoardNode.level, BoardNode.position, BoardNode.hash)
    .join(
        _WANTED,
        (BoardNode.level == _WANTED.c.level) & (BoardNode.position == _WANTED.c.position),
    )
    .where(BoardNode.round_id == _ROUND),
)
"""The stored hashes of subtrees: the entries at `leaves`, and those above at `levels` and
`positions`."""

_GROWN = (
    func.unnest(_LEVELS, _POSITIONS, bindparam("hashes", type_=ARRAY(LargeBinary)))
    .table_valued(
        column("level", SmallInteger),
        column("position", BigInteger),
        column("hash", LargeBinary),
    )
    .render_derived(name="grown")
)
GROW = (
    insert(BoardNode)
    .from_select(
        ["round_id", "level", "position", "hash"],
        select(_ROUND, _GROWN.c.level, _GROWN.c.position, _GROWN.c.hash).select_from(_GROWN),
    )
    .on_conflict_do_nothing()
)
"""Adds subtrees to the tree over a board, however many; those that are there stay."""


def without_head() -> Select[int]:
    """Rounds with entries that no head covers."""
    covered = exists().where(
        BoardHead.round_id == BoardCounter.round_id, BoardHead.size >= BoardCounter.size
    )
    grown = select(BoardCounter.round_id).where(BoardCounter.size > 0, ~covered)
    return grown.order_by(BoardCounter.round_id)


def with_count_fault() -> Select[VoteRound]:
    """The votes that cannot be counted, the first that was found first."""
    return (
        select(VoteRound)
        .join(CountFault, CountFault.round_id == VoteRound.id)
        .order_by(CountFault.found_at, VoteRound.id)
    )


def count_fault(round_id: int) -> Select[CountFault]:
    """Why a round cannot be counted, if it cannot."""
    return select(CountFault).where(CountFault.round_id == round_id)
