from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import event, select, text

from participatie.core.db import db
from participatie.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
)
from participatie.identity.rules import VISITOR
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.board import cast_body, code_digest, leaf
from participatie.votes.rules.rounds import (
    Channel,
    RollKind,
    RoundState,
)
from participatie.votes.services import board, casting, closing, counting, elections, opening
from tests.factories import LONG_AGO, OptionFactory, soon
from tests.votes.steps import CLERK, NOW, cast, draft, end, loaded, make_round, rows, version_of

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def test_a_cast_is_one_row_on_the_roll_and_one_sealed_ballot(keys):
    vote_round = make_round()
    cast(vote_round, ["1", "0"], keys=keys)
    (ballot,) = db.session.scalars(select(Ballot))
    assert version_of(vote_round, keys) == ballot.version == 1
    [plain] = keys.open(vote_round.id, [ballot.sealed])
    assert casting.opened(plain) == (("0", "1"),)
    assert db.session.scalars(round_queries.turnout(vote_round.id)).one() == 1


def test_a_vote_can_be_changed_and_the_last_one_counts(keys):
    vote_round = make_round()
    assert len({cast(vote_round, [c], keys=keys).code for c in "012"}) == 3
    assert version_of(vote_round, keys) == 3
    cast(vote_round, ["0"], keys=keys, voter="v1$twee")
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    [answers] = elections.choices(vote_round.id).values()
    assert answers == {("2",): 1, ("0",): 1}


def test_a_process_reads_a_paper_once_under_the_same_rules_and_the_key_each_time(connection, keys):
    vote_round = make_round()
    vote_round.rules_hash = "1" * 64
    db.session.commit()
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for chosen in "012":
        cast(vote_round, [chosen], keys=keys)
    assert len([one for one in asked if "vote_option" in one]) == 1
    other = keys.make(vote_round.id + 10**6).seal
    assert casting.box(vote_round.id, "1" * 64, other).seal_public == other
    with pytest.raises(Conflict):
        casting.box(vote_round.id, "1" * 64, None)


def test_the_same_press_again_is_the_same_ballot_once(keys):
    vote_round, press = make_round(), uuid4()
    receipt = cast(vote_round, ["0", "1"], keys=keys, press=press)
    assert cast(vote_round, ["1", "0"], keys=keys, press=press) == receipt
    assert (rows(Ballot), rows(Roll)) == (1, 1)
    assert db.session.scalars(select(Roll.version)).one() == 1


def test_the_same_press_with_something_else_is_refused(keys):
    vote_round, press = make_round(), uuid4()
    cast(vote_round, ["0"], keys=keys, press=press)
    with pytest.raises(Conflict, match="changed since"):
        cast(vote_round, ["1"], keys=keys, press=press)
    with pytest.raises(Conflict, match="changed since"):
        cast(vote_round, ["0"], keys=keys, press=press, voter="v1$twee")
    assert (rows(Ballot), rows(Roll)) == (1, 1)


def test_a_press_that_came_in_before_closing_gets_its_answer_after_it(keys):
    vote_round, press = make_round(), uuid4()
    receipt = cast(vote_round, ["0"], keys=keys, press=press)
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    assert cast(vote_round, ["0"], keys=keys, press=press) == receipt


@pytest.mark.parametrize("chosen", [[], ["0", "0"], ["0", "2"]])
def test_a_list_that_does_not_fit_is_refused_and_leaves_nothing(keys, chosen):
    with pytest.raises(Invalid):
        cast(make_round(), chosen, keys=keys)
    assert (rows(Ballot), rows(Roll)) == (0, 0)


def test_an_option_of_another_round_is_refused(keys):
    other = make_round(costs=())
    OptionFactory(round_id=other.id, code="elsewhere")
    with pytest.raises(Conflict):
        cast(make_round(), ["elsewhere"], keys=keys)


def test_a_round_that_is_not_there_is_refused(keys):
    with pytest.raises(NotFound):
        casting.paper(10**9)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"opens_at": soon(hours=1)}, "not begun"),
        ({"closes_at": soon(seconds=-1)}, "closed"),
        ({"state": RoundState.CLOSED, "closed_at": LONG_AGO}, "closed"),
        ({"state": RoundState.DRAFT, "opened_at": None}, "closed"),
    ],
)
def test_outside_its_time_nobody_casts(keys, settings, words):
    with pytest.raises(Conflict, match=words):
        cast(make_round(**settings), ["0"], keys=keys)
    assert (rows(Ballot), rows(Roll)) == (0, 0)


def test_a_vote_is_open_from_its_first_moment_and_closed_at_its_last(keys):
    """The moment that `closes_at` names is outside: decided by the database in one statement."""
    vote_round = make_round()
    db.session.execute(text("UPDATE vote_round SET opens_at = clock_timestamp()"))
    cast(vote_round, ["0"], keys=keys)
    end(vote_round)
    with pytest.raises(Conflict):
        cast(vote_round, ["0"], keys=keys)


def test_a_ballot_is_never_changed_or_deleted(keys):
    cast(make_round(), ["0"], keys=keys)
    for statement in ("UPDATE ballot SET version = 9", "DELETE FROM ballot", "TRUNCATE ballot"):
        with pytest.raises(Exception, match=r"denied|only added"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_a_cast_stands_on_the_board_by_hashes_only(keys):
    vote_round = make_round()
    receipts = [cast(vote_round, ["0"], keys=keys, voter=f"v1${n}") for n in range(3)]
    assert rows(BoardEntry) == 0
    assert board.take_up(vote_round.id, all_of_them=True) == 3
    entries = db.session.scalars(select(BoardEntry).order_by(BoardEntry.seq)).all()
    ballots = db.session.scalars(select(Ballot).order_by(Ballot.leaf)).all()
    assert [entry.seq for entry in entries] == [0, 1, 2]
    for entry, ballot in zip(entries, ballots, strict=True):
        [code] = [r.code for r in receipts if code_digest(vote_round.id, r.code) == ballot.code]
        body = cast_body(vote_round.id, sealed=ballot.sealed, code=code)
        assert entry.body == body
        assert entry.leaf == ballot.leaf == leaf(body)
        assert set(body) == {"kind", "sealed", "code"}
    assert db.session.scalars(select(BoardCounter.size)).one() == 3


def test_all_ballots_of_a_round_are_as_long(keys):
    vote_round = make_round()
    for chosen in (["0"], ["0", "1"], ["2"]):
        cast(vote_round, chosen, keys=keys)
    assert len({len(sealed) for sealed in db.session.scalars(select(Ballot.sealed))}) == 1


def test_on_a_closed_roll_only_who_stands_on_it_votes(keys):
    vote_round = draft(roll_kind=RollKind.UPLOAD)
    keys.make(vote_round.id)
    key = keys.voter_key(vote_round.id, "v1$een")
    db.session.add(Roll(round_id=vote_round.id, voter_key=key, version=0, channel=Channel.LOGIN))
    opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    db.session.commit()
    assert db.session.scalars(round_queries.turnout(vote_round.id)).one() == 0
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(NotAllowed, match="not on the list"):
        cast(vote_round, ["0"], keys=keys, voter="v1$twee")
    db.session.rollback()
    assert db.session.scalars(round_queries.turnout(vote_round.id)).one() == 1


def test_casting_deletes_the_draft_of_who_casts_and_closing_deletes_the_rest(keys):
    vote_round = make_round()
    for owner in (b"mine", b"other"):
        db.session.add(
            VoteDraft(owner=owner, round_id=vote_round.id, kept=b"sealed", updated_at=NOW)
        )
    db.session.commit()
    cast(vote_round, ["0"], keys=keys, owner=b"mine")
    assert db.session.scalars(select(VoteDraft.owner)).all() == [b"other"]
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    assert rows(VoteDraft) == 0
