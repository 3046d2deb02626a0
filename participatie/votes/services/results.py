"""What a count publishes, line by line, and its root in the last entry of the board."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from participatie.core.db import db
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import EntryStatus, OpenedBallot
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import board as board_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.rules import publication, tree
from participatie.votes.rules.board import EntryKind, Status, leaf
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.publication import fewest, fewest_together, mixed, published
from participatie.votes.rules.rounds import Publication, RollKind, fingerprint
from participatie.votes.services import board
from participatie.votes.services.elections import published_ballots
from participatie.votes.services.paper_ballots import counted_piles
from participatie.votes.services.papers import paper_of

Record = dict[str, Any]


def seal_result(vote_round: VoteRound, tallies: list[Tally]) -> None:
    """Write the result on the board: how many ballots, and the root over all its records."""
    number, root = tree.root_of(map(leaf, records(vote_round, tallies)))
    facts = {
        "version": tallies[0].version,
        "counted": counted(vote_round.id),
        "records": number,
        "root": root.hex(),
    }
    board.write(vote_round.id, EntryKind.RESULT, facts)


def records(vote_round: VoteRound, tallies: list[Tally]) -> Iterator[Record]:
    """Every record of a count, in the one order that its root is made of.

    `vote_round` comes with its questions, `tallies` in their order.
    """
    number = counted(vote_round.id)
    shown = shows(vote_round, number)
    hidden = held_back(vote_round, tallies, shown)
    yield from _totals(vote_round, tallies, number, shown, hidden)
    yield from _piles(vote_round, hidden)
    statuses = select(EntryStatus.seq, EntryStatus.status).where(
        EntryStatus.round_id == vote_round.id
    )
    for seq, status in db.session.execute(statuses.order_by(EntryStatus.seq)):
        yield {"record": "status", "seq": seq, "status": status.value}
    if shown is not Publication.COUNTS:
        yield from _answers(vote_round)
    if shown is Publication.CODES:
        yield from _ballots(vote_round)
    yield from _tags(vote_round)


def counted(round_id: int) -> int:
    """How many cast entries count."""
    return db.session.scalars(board_queries.with_status(round_id, Status.COUNTED)).one()


def shows(vote_round: VoteRound, number: int) -> Publication:
    """What is published of a round of which `number` cast ballots count."""
    kinds = [question.kind for question in vote_round.questions]
    pots = [question.id for question in vote_round.questions if question.budget is not None]
    left = db.session.execute(result_queries.blanks(vote_round.id)) if len(pots) > 1 else ()
    empty = {row.question_id: row.weight for row in left}
    number = fewest(number, [empty.get(pot, 0) for pot in pots])
    shown = published(vote_round.publication, kinds, number)
    closings = db.session.scalars(board_queries.closings(vote_round.id)).all()
    if len(closings) <= 1:
        return shown
    counting = select(EntryStatus.seq).where(
        EntryStatus.round_id == vote_round.id, EntryStatus.status == Status.COUNTED
    )
    return mixed(shown, fewest_together(db.session.scalars(counting), closings))


def held_back(
    vote_round: VoteRound, tallies: Sequence[Tally], shown: Publication
) -> frozenset[str]:
    """The codes of the areas of which nobody reads how many chose there.

    Where choices are published everybody can count them, and nothing is held back.
    """
    if vote_round.most_answered is None or shown is not Publication.COUNTS:
        return frozenset()
    pairs = zip(vote_round.questions, tallies, strict=True)
    return publication.held_back({question.code: tally.ballots for question, tally in pairs})


def _without_number(total: Record, result: Mapping[str, Any]) -> Record:
    kept = {name: total[name] for name in ("record", "question", "version", "papers", "counted_at")}
    told = fingerprint(publication.without_numbers(result))
    return {**kept, "ballots": None, "result": told}


def _totals(
    vote_round: VoteRound,
    tallies: list[Tally],
    number: int,
    shown: Publication,
    hidden: frozenset[str],
) -> Iterator[Record]:
    empty = {
        row.question_id: row.weight
        for row in db.session.execute(result_queries.blanks(vote_round.id))
    }
    for question, tally in zip(vote_round.questions, tallies, strict=True):
        # Who leaves a pot of money empty takes no part in its count.
        blank = empty.get(question.id, 0) if question.budget is not None else 0
        ballots = published_ballots(vote_round, question, shown)
        record = {
            **({"blank": blank} if blank else {}),
            **({} if ballots is None else {"votes": sha256(ballots.encode()).hexdigest()}),
            "record": "tally",
            "question": question.code,
            "version": tally.version,
            "ballots": tally.ballots,
            "papers": tally.ballots + blank - number,
            "input_hash": tally.input_hash,
            "result_hash": tally.result_hash,
            "result": fingerprint(tally.result),
            "counted_at": tally.counted_at.isoformat(),
        }
        yield _without_number(record, tally.result) if question.code in hidden else record


def _piles(vote_round: VoteRound, hidden: frozenset[str]) -> Iterator[Record]:
    """How much paper was taken in, and in what way; `votes` is what counts of each question."""
    codes = [question.code for question in vote_round.questions]
    for found in counted_piles(vote_round.id, paper_of(vote_round)):
        counting = [answers.total() - answers[()] for answers in found.answers]
        yield {
            "record": "pile",
            "number": found.pile.number,
            "papers": found.pile.papers,
            "way": "counted" if found.pile.by_hand else "typed",
            "votes": {
                code: None if code in hidden else votes
                for code, votes in zip(codes, counting, strict=True)
            },
        }


def _answers(vote_round: VoteRound) -> Iterator[Record]:
    codes = {q.id: q.code for q in vote_round.questions if q.kind is not BallotKind.OPEN}
    for row in db.session.execute(result_queries.choices(vote_round.id)):
        if row.question_id in codes:
            yield {
                "record": "answer",
                "question": codes[row.question_id],
                "answer": row.answer,
                "ballots": row.weight,
            }


def _ballots(vote_round: VoteRound) -> Iterator[Record]:
    ballots = select(OpenedBallot.code, OpenedBallot.answers).where(
        OpenedBallot.round_id == vote_round.id
    )
    for code, answers in db.session.execute(ballots.order_by(OpenedBallot.code)):
        yield {"record": "ballot", "code": code, "answers": answers}


def _tags(vote_round: VoteRound) -> Iterator[Record]:
    """The rights to vote: of a roll that was closed before, also those that nobody used."""
    tags = select(Roll.tag, Roll.version > 0).where(
        Roll.round_id == vote_round.id, Roll.tag.is_not(None)
    )
    if vote_round.roll_kind is RollKind.OPEN:
        tags = tags.where(Roll.version > 0)
    for tag, is_used in db.session.execute(tags.order_by(Roll.tag)):
        yield {"record": "tag", "tag": (tag or b"").hex(), "used": is_used}
