"""Emptying the box: every ballot is compared with the board and opened, and every cast entry gets
a status. All of it fits, or nothing is counted.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import insert, text

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid
from participatie.votes.keys import Keys, SealBroken
from participatie.votes.models.ballots import Choice
from participatie.votes.models.board import EntryStatus, OpenedBallot
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.board import FaultKind, Status, code_digest
from participatie.votes.rules.kinds import Answer
from participatie.votes.rules.kinds import Choice as Chosen
from participatie.votes.rules.publication import fewest, fewest_together, mixed, published, told
from participatie.votes.rules.rounds import Channel, Publication
from participatie.votes.services import casting, paper_ballots

BATCH = 1000  # ballots that are opened in one call

Answers = dict[int, dict[Answer, int]]
"""For each question, by its number, every answer with its number of ballots."""


class BoxFault(Exception):
    """The box and the board do not agree: nothing can be counted until people have looked."""

    def __init__(self, kind: FaultKind, seq: int | None) -> None:
        super().__init__(f"entry {seq}: {kind}")
        self.kind, self.seq = kind, seq


@dataclass(frozen=True, slots=True)
class _Found:
    """A ballot that counts, opened."""

    code: str
    choice: Chosen


def empty(vote_round: VoteRound, keys: Keys) -> Answers:
    """The answers of a round, those on paper too, opened and kept: grouped, and tied to nobody.

    `vote_round` comes with its questions. Raises `BoxFault`, `KeysGone`.
    """
    statuses, counting = _sorted_out(vote_round.id)
    found = list(_opened(vote_round.id, counting, keys))
    numbers = [question.id for question in vote_round.questions]
    grouped = {number: Counter[Answer]() for number in numbers}
    for ballot in found:
        for number, answer in zip(numbers, ballot.choice, strict=True):
            grouped[number][answer] += 1
    for pile in paper_ballots.counted_piles(vote_round.id, casting.paper(vote_round.id)):
        for number, on_paper in zip(numbers, pile.answers, strict=True):
            grouped[number].update({one: times for one, times in on_paper.items() if one})
    answers = {number: dict(counted) for number, counted in grouped.items()}
    _keep(vote_round, statuses, answers, found)
    return answers


def _sorted_out(round_id: int) -> tuple[dict[int, Status], list[Any]]:
    """The status of each cast entry, and the ballots that count. Raises `BoxFault`."""
    annulled = set(db.session.scalars(board_queries.annulled(round_id)))
    statuses: dict[int, Status] = {}
    counting: list[Any] = []
    # all of them at once: what came on the board a moment ago is in no statistics, and the database
    # would look for each ballot among all entries
    db.session.execute(text("SET LOCAL enable_nestloop = off"))
    rows = db.session.execute(board_queries.ballots_with_entries(round_id)).all()
    db.session.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))
    for _, of_voter in groupby(rows, key=lambda row: row.voter_key):
        *earlier, last = list(of_voter)
        for row in earlier:
            statuses[row.seq] = _status(row, annulled, Status.REPLACED)
        statuses[last.seq] = _status(last, annulled, Status.COUNTED)
        if statuses[last.seq] is Status.COUNTED:
            counting.append(last)
    for seq in db.session.scalars(board_queries.cast_entries(round_id)):
        if seq not in statuses:
            raise BoxFault(FaultKind.BALLOT_MISSING, seq)
    return statuses, counting


def _status(row: Any, annulled: set[int], otherwise: Status) -> Status:
    if row.body is None or hashlib.sha256(row.sealed).hexdigest() != row.body.get("sealed"):
        raise BoxFault(FaultKind.BALLOT_CHANGED, row.seq)
    if row.seq in annulled:
        return Status.ANNULLED
    return Status.OVERRIDDEN if row.channel is Channel.PAPER else otherwise


def _opened(round_id: int, ballots: Sequence[Any], keys: Keys) -> Iterator[_Found]:
    paper = casting.paper(round_id)
    for start in range(0, len(ballots), BATCH):
        batch = ballots[start : start + BATCH]
        for row, plain in zip(batch, _plain(round_id, batch, keys), strict=True):
            facts = json.loads(plain)
            if code_digest(round_id, facts["code"]).hex() != row.body["code"]:
                raise BoxFault(FaultKind.CODE_DIFFERS, row.seq)
            choice = casting.opened(plain)
            try:
                fits = paper.check(choice) == choice
            except (Invalid, Conflict):
                fits = False
            if not fits:
                raise BoxFault(FaultKind.NOT_ON_THE_PAPER, row.seq)
            yield _Found(facts["code"], choice)


def _plain(round_id: int, batch: Sequence[Any], keys: Keys) -> list[bytes]:
    try:
        return keys.open(round_id, [row.sealed for row in batch])
    except SealBroken:
        for row in batch:
            try:
                keys.open(round_id, [row.sealed])
            except SealBroken:
                raise BoxFault(FaultKind.DOES_NOT_OPEN, row.seq) from None
        raise


def _keep(
    vote_round: VoteRound, statuses: dict[int, Status], answers: Answers, found: Sequence[_Found]
) -> None:
    round_id, questions = vote_round.id, vote_round.questions
    rows = [
        {"round_id": round_id, "question_id": number, "answer": [*answer], "weight": weight}
        for number, counted in answers.items()
        for answer, weight in sorted(counted.items())
    ]
    told_statuses = [
        {"round_id": round_id, "seq": seq, "status": status}
        for seq, status in sorted(statuses.items())
    ]
    kinds = [question.kind for question in questions]
    pots = [question.id for question in questions if question.budget is not None]
    empty = [answers.get(pot, {}).get((), 0) for pot in pots] if len(pots) > 1 else []
    number = fewest(len(found), empty)
    counted = [seq for seq, status in statuses.items() if status is Status.COUNTED]
    closings = db.session.scalars(board_queries.closings(round_id)).all()
    shown = published(vote_round.publication, kinds, number)
    ballots: list[dict[str, Any]] = []
    if mixed(shown, fewest_together(counted, closings)) is Publication.CODES:
        ballots = [
            {
                "round_id": round_id,
                "code": ballot.code,
                "answers": [[*told(kind, a)] for kind, a in zip(kinds, ballot.choice, strict=True)],
            }
            for ballot in sorted(found, key=lambda ballot: ballot.code)
        ]
    for table, lines in ((Choice, rows), (EntryStatus, told_statuses), (OpenedBallot, ballots)):
        if lines:
            db.session.execute(insert(table), lines)
