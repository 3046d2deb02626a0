"""Emptying the box: every cast gets a status, and what does not fit stops the count."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.identity.rules import VISITOR
from participatie.votes import tasks
from participatie.votes.keys import seal
from participatie.votes.models.ballots import Ballot, Choice, Tally
from participatie.votes.models.board import (
    BoardEntry,
    EntryStatus,
    OpenedBallot,
)
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import board as board_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.rules import board as rules
from participatie.votes.rules import publication, tree
from participatie.votes.rules.board import EntryKind, FaultKind, Status
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Channel, Publication, RollKind, RoundState
from participatie.votes.services import board, closing, counting, opening, publishing, results
from participatie.votes.services.emptying import BoxFault
from tests.votes.steps import CLERK, NOW, cast, draft, end, loaded, make_round, rows

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def close(vote_round: VoteRound) -> None:
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)


def count(vote_round: VoteRound, keys) -> None:
    close(vote_round)
    counting.tally(vote_round.id, keys=keys, now=NOW)


def publish(vote_round: VoteRound) -> None:
    publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)


def statuses() -> list[Status]:
    return [*db.session.scalars(select(EntryStatus.status).order_by(EntryStatus.seq))]


def result_entry(round_id: int) -> dict:
    entry = select(BoardEntry).where(BoardEntry.kind == EntryKind.RESULT)
    return db.session.scalars(entry.where(BoardEntry.round_id == round_id)).one().body


def test_every_cast_gets_one_status(keys):
    vote_round = make_round()
    for voter in ("een", "twee", "een", "papier", "nietig"):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${voter}")
        board.take_up(vote_round.id, all_of_them=True)
    key = keys.voter_key(vote_round.id, "v1$papier")
    row = db.session.get_one(Roll, (vote_round.id, key))
    row.channel, row.version = Channel.PAPER, row.version + 1
    board.write(vote_round.id, EntryKind.ANNUL, {"entry": 4, "reason": "Proefstem"})
    count(vote_round, keys)
    expected = [Status.REPLACED, Status.COUNTED, Status.COUNTED]
    assert statuses() == [*expected, Status.OVERRIDDEN, Status.ANNULLED]
    assert db.session.scalars(result_queries.tallies(vote_round.id)).one().ballots == 2


def test_the_last_entry_has_the_root_over_everything_that_is_published(keys, few):
    vote_round = make_round(publication=Publication.CODES)
    for number in range(3):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${number}")
    count(vote_round, keys)
    tallies = [*db.session.scalars(result_queries.tallies(vote_round.id))]
    records = [*results.records(loaded(vote_round.id), tallies)]
    body = result_entry(vote_round.id)
    assert (body["counted"], body["records"], body["version"]) == (3, len(records), 1)
    assert body["root"] == tree.root_of(map(rules.leaf, records))[1].hex()
    kinds = [record["record"] for record in records]
    assert kinds == ["tally", *["status"] * 3, "answer", *["ballot"] * 3, *["tag"] * 3]
    tags = [record["tag"] for record in records if record["record"] == "tag"]
    assert tags == sorted(tags)
    assert all(len(tag) == 32 for tag in tags)


@pytest.mark.parametrize(
    ("promised", "kinds"),
    [
        (Publication.COUNTS, {"tally", "status", "tag"}),
        (Publication.CHOICES, {"tally", "status", "tag", "answer"}),
    ],
)
def test_no_more_is_published_than_was_promised(keys, few, promised, kinds):
    vote_round = make_round(publication=promised)
    cast(vote_round, ["0"], keys=keys)
    count(vote_round, keys)
    tallies = [*db.session.scalars(result_queries.tallies(vote_round.id))]
    records = results.records(loaded(vote_round.id), tallies)
    assert {record["record"] for record in records} == kinds
    assert rows(OpenedBallot) == 0


def test_of_few_ballots_only_totals_are_published():
    assert publication.published(Publication.CODES, [BallotKind.SINGLE], 49) is Publication.COUNTS
    assert publication.published(Publication.CODES, [BallotKind.SINGLE], 50) is Publication.CODES
    both = [BallotKind.SINGLE, BallotKind.POINTS]
    assert publication.published(Publication.CHOICES, both, 499) is Publication.COUNTS
    assert publication.published(Publication.CHOICES, both, 500) is Publication.CHOICES
    assert publication.published(Publication.COUNTS, both, 500) is Publication.COUNTS
    assert publication.told(BallotKind.OPEN, ("Wat ik vind",)) == ()
    assert publication.told(BallotKind.SINGLE, ("ja",)) == ("ja",)


# What does not fit


@dataclass
class Forged:
    """A second ballot that somebody with access to the database added: what is wrong with it."""

    choice: list[str] = field(default_factory=lambda: ["1"])
    other_code: bool = False
    is_sealed: bool = True
    other_ballot: bool = False
    has_entry: bool = True
    has_ballot: bool = True

    def add(self, vote_round: VoteRound, keys) -> None:
        key = keys.voter_key(vote_round.id, "v1$twee")
        db.session.add(Roll(round_id=vote_round.id, voter_key=key, version=1, channel="login"))
        db.session.flush()
        receipt = keys.receipt(vote_round.id, key, uuid4())
        code = "0" * 17 if self.other_code else receipt.code
        plain = json.dumps({"choice": [self.choice], "code": code, "nonce": ""}).encode()
        sealed = (
            seal(vote_round.seal_public or b"", plain, size=300) if self.is_sealed else b"x" * 300
        )
        body = rules.cast_body(vote_round.id, sealed=sealed, code=receipt.code)
        if self.has_entry:
            board.write(vote_round.id, EntryKind.CAST, body)
        ballot = Ballot(round_id=vote_round.id, voter_key=key, version=1, press=uuid4())
        ballot.sealed, ballot.digest = sealed + b"x" * self.other_ballot, b""
        ballot.code = rules.code_digest(vote_round.id, receipt.code)
        ballot.leaf = rules.leaf(body)
        if self.has_ballot:
            db.session.add(ballot)
        db.session.flush()


@pytest.mark.parametrize(
    ("forged", "kind"),
    [
        (Forged(other_ballot=True), FaultKind.BALLOT_CHANGED),
        (Forged(has_ballot=False), FaultKind.BALLOT_MISSING),
        (Forged(is_sealed=False), FaultKind.DOES_NOT_OPEN),
        (Forged(other_code=True), FaultKind.CODE_DIFFERS),
        (Forged(choice=["1", "1"]), FaultKind.NOT_ON_THE_PAPER),
        (Forged(choice=["99"]), FaultKind.NOT_ON_THE_PAPER),
        (Forged(choice=["2", "1", "0"]), FaultKind.NOT_ON_THE_PAPER),
    ],
)
def test_what_somebody_changed_in_the_box_stops_the_count_and_is_named(
    keys, forged: Forged, kind: FaultKind
):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    board.take_up(vote_round.id, all_of_them=True)
    forged.add(loaded(vote_round.id), keys)
    close(vote_round)
    with pytest.raises(BoxFault) as raised:
        counting.tally(vote_round.id, keys=keys, now=NOW)
    assert (raised.value.kind, raised.value.seq) == (kind, 1)


def test_a_ballot_that_was_put_in_after_the_closing_stops_the_count(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    close(vote_round)
    Forged(has_entry=False).add(loaded(vote_round.id), keys)
    with pytest.raises(BoxFault) as raised:
        counting.tally(vote_round.id, keys=keys, now=NOW)
    assert (raised.value.kind, raised.value.seq) == (FaultKind.BALLOT_CHANGED, None)


def test_a_ballot_that_is_in_order_is_counted_however_it_came_there(keys):
    vote_round = make_round()
    Forged().add(loaded(vote_round.id), keys)
    count(vote_round, keys)
    assert statuses() == [Status.COUNTED]


def test_a_count_that_is_blocked_is_told_to_the_staff_and_not_tried_for_ever(keys, monkeypatch):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    close(vote_round)
    db.session.commit()
    fault = BoxFault(FaultKind.BALLOT_MISSING, 3)

    def broken(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(counting, "empty", broken)
        assert "cannot be counted: entry 3" in tasks.tally(vote_round.id)
        tasks.tally(vote_round.id)
    noted = db.session.scalars(board_queries.count_fault(vote_round.id)).one()
    assert (noted.kind, noted.seq) == (FaultKind.BALLOT_MISSING, 3)
    assert (rows(Tally), rows(Choice), rows(EntryStatus)) == (0, 0, 0)
    assert db.session.scalars(result_queries.due_to_count()).all() == []
    tasks.tally(vote_round.id)  # it was mended
    assert db.session.scalars(board_queries.count_fault(vote_round.id)).one_or_none() is None
    assert loaded(vote_round.id).state is RoundState.PUBLISHED


# Checking a control code


def test_a_code_is_received_until_publishing_and_then_has_a_status(keys, few):
    vote_round = make_round(publication=Publication.CODES)
    first = cast(vote_round, ["0"], keys=keys)
    second = cast(vote_round, ["1"], keys=keys)
    typed = f" {first.code[:4].lower()} {first.code[4:]}"
    assert known(vote_round, typed) == (False, None, None)
    count(vote_round, keys)
    assert known(vote_round, typed) == (True, None, None)
    publish(vote_round)
    assert known(vote_round, typed) == (True, Status.REPLACED, None)
    assert known(vote_round, second.code) == (True, Status.COUNTED, [["1"]])


def known(vote_round: VoteRound, typed: str) -> tuple:
    """Whether a cast stands on the board, its status and its answers."""
    found = board.check_code(vote_round.id, typed)
    return found.seq is not None, found.status, found.answers


def test_where_codes_are_not_published_a_code_says_counted_and_no_more(keys, few):
    vote_round = make_round(publication=Publication.CHOICES)
    receipt = cast(vote_round, ["0"], keys=keys)
    count(vote_round, keys)
    publish(vote_round)
    assert known(vote_round, receipt.code) == (True, Status.COUNTED, None)


def test_a_code_of_another_vote_is_not_known_here(keys):
    vote_round, other = make_round(), make_round()
    receipt = cast(vote_round, ["0"], keys=keys)
    with pytest.raises(NotFound):
        board.check_code(other.id, receipt.code)
    with pytest.raises(Invalid):
        board.check_code(vote_round.id, receipt.code[:-1])


# Tags


def test_a_closed_roll_is_fixed_at_opening_with_its_count_and_root(keys):
    vote_round = draft(roll_kind=RollKind.UPLOAD)
    keys.make(vote_round.id)
    for number in range(3):
        key = keys.voter_key(vote_round.id, f"v1${number}") if number else uuid4().bytes * 2
        row = Roll(round_id=vote_round.id, voter_key=key, version=0, channel=Channel.LOGIN)
        db.session.add(row)
    opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    body = db.session.scalars(select(BoardEntry.body)).one()
    tags = sorted(tag or b"" for tag in db.session.scalars(select(Roll.tag)))
    assert body["roll"]["count"] == 3
    assert body["roll"]["root"] == tree.root_of(tree.leaf_of(tag) for tag in tags)[1].hex()


def test_an_open_roll_publishes_the_tags_of_who_voted(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    count(vote_round, keys)
    tallies = [*db.session.scalars(result_queries.tallies(vote_round.id))]
    records = [*results.records(loaded(vote_round.id), tallies)]
    own = keys.tag(vote_round.id, keys.voter_key(vote_round.id, "v1$een"))
    assert records[-1] == {"record": "tag", "tag": own.hex(), "used": True}
