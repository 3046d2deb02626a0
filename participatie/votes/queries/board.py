"""What stands on the board, and the ballots behind it."""

from typing import Any

from sqlalchemy import (
    Select,
    exists,
    func,
    literal,
    select,
)

from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import (
    BoardCounter,
    BoardEntry,
    BoardHead,
    CountFault,
    EntryStatus,
)
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.board import EntryKind, Status
from participatie.votes.rules.rounds import RoundState


def ballots_with_entries(round_id: int) -> Select[Any]:
    """Every ballot with its entry on the board, voter by voter in the order of casting."""
    entry = (BoardEntry.round_id == Ballot.round_id) & (BoardEntry.seq == Ballot.seq)
    return (
        select(Ballot.voter_key, Ballot.sealed, Ballot.seq, BoardEntry.body, Roll.channel)
        .join(Roll, (Roll.round_id == Ballot.round_id) & (Roll.voter_key == Ballot.voter_key))
        .outerjoin(BoardEntry, entry & (BoardEntry.kind == EntryKind.CAST))
        .where(Ballot.round_id == round_id)
        .order_by(Ballot.voter_key, Ballot.version)
    )


def cast_entries(round_id: int) -> Select[int]:
    """The places of the casts on a board."""
    return select(BoardEntry.seq).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.CAST
    )


def cast_by_code(round_id: int, digest: str) -> Select[int, Status | None]:
    """The cast with a control code: its place, and its status once the round is published."""
    return (
        select(BoardEntry.seq, EntryStatus.status)
        .outerjoin(
            VoteRound,
            (VoteRound.id == BoardEntry.round_id) & (VoteRound.state == RoundState.PUBLISHED),
        )
        .outerjoin(
            EntryStatus,
            (EntryStatus.round_id == VoteRound.id) & (EntryStatus.seq == BoardEntry.seq),
        )
        .where(
            BoardEntry.round_id == round_id,
            BoardEntry.kind == EntryKind.CAST,
            BoardEntry.body["code"].astext == digest,
        )
    )


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


def leaf_hashes(round_id: int) -> Select[int, int, bytes]:
    """The entries of a board as subtrees of level 0."""
    return select(literal(0), BoardEntry.seq, BoardEntry.leaf).where(
        BoardEntry.round_id == round_id
    )


def without_head() -> Select[int]:
    """Rounds with entries that no head covers."""
    covered = exists().where(
        BoardHead.round_id == BoardCounter.round_id, BoardHead.size >= BoardCounter.size
    )
    grown = select(BoardCounter.round_id).where(BoardCounter.size > 0, ~covered)
    return grown.order_by(BoardCounter.round_id)


def count_fault(round_id: int) -> Select[CountFault]:
    """Why a round cannot be counted, if it cannot."""
    return select(CountFault).where(CountFault.round_id == round_id)
