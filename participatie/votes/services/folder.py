"""The folder of a published round, from which everybody can check it: a zip, made while it is sent.

The same round gives the same bytes. Nothing in it is newer than the last signed head.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.votes import verify_board, verify_count, verify_poll
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardEntry, BoardHead
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.board import canonical, leaf
from participatie.votes.rules.publication import without_numbers
from participatie.votes.services import heads, results
from participatie.votes.services.elections import published_ballots
from participatie.votes.services.opening import frozen_facts

README = Path(__file__).parent.parent / "templates" / "votes" / "LEESMIJ.txt"
_RECOUNTS = {True: verify_count, False: verify_poll}
"""By whether a question divides money."""
PIECE = 1000  # lines that are compressed at once


def folder(round_id: int, more: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The zip of a published round, piece by piece, with `more` texts by the names of their files.

    Raises `NotFound` before anything is sent.
    """
    vote_round = db.session.scalars(round_queries.with_questions(round_id)).one_or_none()
    tallies = [*db.session.scalars(result_queries.visible_tallies(round_id))]
    head = heads.last_head(round_id)
    if vote_round is None or not tallies or head is None:
        raise NotFound(N_("There is no result yet."))
    texts = ((name, [text]) for name, text in (more or {}).items())
    return _zipped(chain(_files(vote_round, tallies, head), texts))


def result_text(vote_round: VoteRound, tally: Tally, *, is_held_back: bool = False) -> str:
    """The result of one question as `verify_count.py` reads it: what was frozen, what came out.

    Of an area where few chose, without what says how many.
    """
    body = {
        **frozen_facts(vote_round),
        "rules_hash": vote_round.rules_hash,
        "ballots": None if is_held_back else tally.ballots,
        "version": tally.version,
        "counted_at": tally.counted_at.isoformat(),
        "result": without_numbers(tally.result) if is_held_back else tally.result,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)


def _files(
    vote_round: VoteRound, tallies: list[Tally], head: BoardHead
) -> Iterator[tuple[str, Iterable[str]]]:
    yield "LEESMIJ.txt", [README.read_text("utf-8")]
    for program in _programs(vote_round):
        path = Path(str(program.__file__))
        yield path.name, [path.read_text("utf-8")]
    yield "heads.txt", ["\n".join(heads.head_note(one) for one in _kept(head))]
    yield "board.jsonl", _numbered(_entries(head))
    yield "results.jsonl", _numbered(results.records(vote_round, tallies))
    shown = results.shows(vote_round, results.counted(vote_round.id))
    hidden = results.held_back(vote_round, tallies, shown)
    for question, tally in zip(vote_round.questions, tallies, strict=True):
        of = f"-{question.code}" if len(tallies) > 1 else ""
        text = result_text(vote_round, tally, is_held_back=question.code in hidden)
        yield f"uitslag{of}.json", [text]
        ballots = published_ballots(vote_round, question, shown)
        if ballots is not None:
            yield f"stemmen{of}.pb", [ballots]


def _programs(vote_round: VoteRound) -> Iterator[ModuleType]:
    """What checks the board, and what counts the questions of this round again."""
    divides = {question.budget is not None for question in vote_round.questions}
    yield verify_board
    yield from (program for is_so, program in _RECOUNTS.items() if is_so in divides)


def _kept(head: BoardHead) -> Iterator[BoardHead]:
    """The last head of every hour, and the last of all."""
    older = select(BoardHead).where(
        BoardHead.round_id == head.round_id, BoardHead.size <= head.size
    )
    before: BoardHead | None = None
    for one in db.session.scalars(older.order_by(BoardHead.size)):
        if before is not None and f"{before.signed_at:%Y%m%d%H}" != f"{one.signed_at:%Y%m%d%H}":
            yield before
        before = one
    if before is not None:
        yield before


def _entries(head: BoardHead) -> Iterator[dict[str, Any]]:
    entries = select(BoardEntry.body).where(
        BoardEntry.round_id == head.round_id, BoardEntry.seq < head.size
    )
    return iter(db.session.scalars(entries.order_by(BoardEntry.seq)).yield_per(PIECE))


def _numbered(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    for seq, body in enumerate(bodies):
        line = canonical({"seq": seq, "leaf": leaf(body).hex(), "body": body})
        yield line.decode() + "\n"


class _Pipe(io.RawIOBase):
    """What was written since the last look."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _zipped(files: Iterable[tuple[str, Iterable[str]]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files:
            info = zipfile.ZipInfo(name)  # the same date for all: bytes do not depend on the clock
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as file:
                rest = iter(lines)
                while piece := "".join(islice(rest, PIECE)):
                    file.write(piece.encode())
                    yield pipe.taken()
    yield pipe.taken()
