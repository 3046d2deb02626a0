from __future__ import annotations

import subprocess
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import (
    Conflict,
    IllegalTransition,
    Invalid,
    NotAllowed,
    NotFound,
)
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes import queries
from participatie.votes.keys import KeysGone, LocalKeys, Receipt, SealBroken
from participatie.votes.models.ballots import Ballot, Choice, Tally
from participatie.votes.models.board import BoardCounter, BoardEntry
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.board import EntryKind, cast_body, leaf
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import (
    GREEDY,
    Channel,
    Grade,
    RollKind,
    RoundState,
    Voter,
    fingerprint,
)
from participatie.votes.services import casting, closing, counting, opening, publishing
from tests.factories import LONG_AGO, OptionFactory, RoundFactory, soon

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

CLERK = Actor(id=1, roles=frozenset({Role.CLERK}))
NOW = soon()


@pytest.fixture
def keys(app):
    return app.extensions["vote_keys"]


def make_round(costs=(40_000_00, 60_000_00, 70_000_00), **settings) -> VoteRound:
    vote_round = RoundFactory(**settings)
    for number, cost in enumerate(costs):
        OptionFactory(round_id=vote_round.id, code=str(number), cost=cost)
    return vote_round


def draft(**settings) -> VoteRound:
    settings = {"state": RoundState.DRAFT, "opened_at": None, "counting": GREEDY, **settings}
    made = make_round(**settings)
    return loaded(made.id)


def loaded(round_id: int) -> VoteRound:
    db.session.expire_all()
    return db.session.scalars(queries.with_questions(round_id)).one()


def cast(
    vote_round,
    chosen,
    *,
    keys,
    voter="v1$een",
    press: UUID | None = None,
    owner: bytes | None = None,
    channel: Channel = Channel.LOGIN,
) -> Receipt:
    """A cast is a transaction of its own."""
    keys.make(vote_round.id)
    receipt = casting.cast(
        vote_round.id,
        [chosen],
        voter=Voter(keys.voter_key(vote_round.id, voter), channel),
        press=press or uuid4(),
        keys=keys,
        owner=owner,
    )
    db.session.commit()
    return receipt


def version_of(vote_round, keys, voter="v1$een") -> int:
    key = keys.voter_key(vote_round.id, voter)
    return db.session.scalars(select(Roll.version).where(Roll.voter_key == key)).one()


def rows(model) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def end(vote_round) -> None:
    db.session.execute(
        text("UPDATE vote_round SET closes_at = clock_timestamp() WHERE id = :id"),
        {"id": vote_round.id},
    )


# Casting


def test_a_cast_is_one_row_on_the_roll_and_one_sealed_ballot(keys):
    vote_round = make_round()
    cast(vote_round, ["1", "0"], keys=keys)
    (ballot,) = db.session.scalars(select(Ballot))
    assert version_of(vote_round, keys) == ballot.version == 1
    [plain] = keys.open(vote_round.id, [ballot.sealed])
    assert casting.opened(plain) == (("0", "1"),)
    assert db.session.scalars(queries.turnout(vote_round.id)).one() == 1


def test_a_vote_can_be_changed_and_the_last_one_counts(keys):
    vote_round = make_round()
    assert len({cast(vote_round, [c], keys=keys).code for c in "012"}) == 3
    assert version_of(vote_round, keys) == 3
    cast(vote_round, ["0"], keys=keys, voter="v1$twee")
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    [answers] = counting.choices(vote_round.id).values()
    assert answers == {("2",): 1, ("0",): 1}


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
    entries = db.session.scalars(select(BoardEntry).order_by(BoardEntry.seq)).all()
    ballots = db.session.scalars(select(Ballot).order_by(Ballot.seq)).all()
    assert [entry.seq for entry in entries] == [ballot.seq for ballot in ballots] == [0, 1, 2]
    for entry, ballot, receipt in zip(entries, ballots, receipts, strict=True):
        body = cast_body(vote_round.id, sealed=ballot.sealed, code=receipt.code)
        assert entry.body == body
        assert entry.leaf == leaf(body)
        assert set(body) == {"kind", "sealed", "code"}
    assert db.session.scalars(select(BoardCounter.size)).one() == 3


def test_all_ballots_of_a_round_are_as_long(keys):
    vote_round = make_round()
    for chosen in (["0"], ["0", "1"], ["2"]):
        cast(vote_round, chosen, keys=keys)
    assert len({len(sealed) for sealed in db.session.scalars(select(Ballot.sealed))}) == 1


def test_on_a_closed_roll_only_who_stands_on_it_votes(keys):
    vote_round = make_round(roll_kind=RollKind.UPLOAD)
    key = keys.voter_key(vote_round.id, "v1$een")
    db.session.add(Roll(round_id=vote_round.id, voter_key=key, version=0, channel=Channel.LOGIN))
    db.session.commit()
    assert db.session.scalars(queries.turnout(vote_round.id)).one() == 0
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(NotAllowed, match="not on the list"):
        cast(vote_round, ["0"], keys=keys, voter="v1$twee")
    db.session.rollback()
    assert db.session.scalars(queries.turnout(vote_round.id)).one() == 1


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


# Opening and closing


@pytest.mark.parametrize("grade", [Grade.COMMON, Grade.HEAVY])
def test_a_vote_that_two_people_close_is_not_opened_without_them(keys, grade):
    with pytest.raises(Invalid, match="who closes"):
        opening.open_round(draft(grade=grade), keys=keys, actor=CLERK, now=NOW)


def test_a_question_of_a_kind_that_cannot_be_answered_is_not_opened(keys):
    vote_round = draft()
    vote_round.questions[0].kind, vote_round.questions[0].budget = BallotKind.OPEN, None
    with pytest.raises(Invalid, match="kind"):
        opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)


def test_opening_is_the_first_entry_of_the_board(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    again, public = loaded(vote_round.id), keys.make(vote_round.id)
    assert (again.seal_public, again.head_public) == public
    (entry,) = db.session.scalars(select(BoardEntry))
    assert (entry.seq, entry.kind) == (0, EntryKind.OPENING)
    assert entry.body == {
        "kind": "opening",
        "rules": again.rules_hash,
        "seal": public.seal.hex(),
        "head": public.head.hex(),
    }
    cast(again, ["0"], keys=keys)
    assert db.session.scalars(select(Ballot.seq)).one() == 1


def test_opening_freezes_everything_that_was_agreed(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    again = loaded(vote_round.id)
    assert again.state is RoundState.OPEN
    assert again.rules_hash == fingerprint(opening.frozen_facts(again))
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["votes.freeze", "votes.open"]


def test_a_round_that_is_set_up_too_early_opens_when_it_is_time(keys):
    vote_round = draft(opens_at=soon(seconds=2))
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    assert loaded(vote_round.id).state is RoundState.DRAFT
    assert opening.open_due(keys=keys, now=NOW) == []
    db.session.execute(text("SELECT pg_sleep_until(:opens)"), {"opens": vote_round.opens_at})
    assert opening.open_due(keys=keys, now=NOW) == [vote_round.id]
    assert loaded(vote_round.id).state is RoundState.OPEN


def test_a_round_whose_rules_nobody_fixed_never_opens_by_itself(keys):
    vote_round = draft()
    assert opening.open_due(keys=keys, now=NOW) == []
    assert loaded(vote_round.id).state is RoundState.DRAFT


@pytest.mark.parametrize("actor", [VISITOR, Actor(id=1, roles=frozenset({Role.RESIDENT}))])
def test_only_staff_opens_a_round(keys, actor):
    with pytest.raises(NotAllowed):
        opening.open_round(draft(), keys=keys, actor=actor, now=NOW)


def test_a_round_is_opened_once_and_never_empty(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(Invalid):
        opening.open_round(draft(costs=()), keys=keys, actor=CLERK, now=NOW)


def test_a_round_that_cannot_be_counted_is_not_opened(keys):
    with pytest.raises(Invalid):
        opening.open_round(draft(counting={"rule": "lottery"}), keys=keys, actor=CLERK, now=NOW)


def test_closing_before_its_time_and_closing_twice_are_refused(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(Conflict):
        closing.close(vote_round.id, actor=CLERK, now=NOW)
    end(vote_round)
    closing.close(vote_round.id, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        closing.close(vote_round.id, actor=CLERK, now=NOW)
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.act, entry.detail) == ("votes.close", {"turnout": 1})


# Counting


def closed_round(keys, ballots, **settings) -> VoteRound:
    vote_round = make_round(**settings)
    for number, chosen in enumerate(ballots):
        cast(vote_round, chosen, keys=keys, voter=f"v1${number}")
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    return vote_round


def test_a_count_says_who_won_with_reasons_and_fingerprints(keys):
    vote_round = closed_round(keys, [["2"], ["2"], ["0", "1"]])
    [tally] = counting.tally(vote_round.id, keys=keys, now=NOW)
    assert (tally.version, tally.ballots) == (1, 3)
    assert tally.result["winners"] == ["2"]
    assert tally.result["votes"] == {"0": 1, "1": 1, "2": 2}
    assert tally.result["reasons"]["0"]["code"] == "no-money-left"
    assert tally.result["result_hash"] == tally.result_hash
    assert loaded(vote_round.id).state is RoundState.COUNTED


def test_counting_twice_is_one_count_with_the_same_rows(keys):
    vote_round = closed_round(keys, [["0"], ["1"], ["0"]])
    [first] = counting.tally(vote_round.id, keys=keys, now=NOW)
    [again] = counting.tally(vote_round.id, keys=keys, now=NOW)
    assert again is first
    assert (rows(Tally), rows(Choice)) == (1, 2)


def test_a_count_without_votes_has_no_winners(keys):
    [tally] = counting.tally(closed_round(keys, []).id, keys=keys, now=NOW)
    assert (tally.ballots, tally.result["winners"]) == (0, [])


def test_an_open_round_is_not_counted(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(IllegalTransition):
        counting.tally(vote_round.id, keys=keys, now=NOW)
    assert (rows(Tally), rows(Choice)) == (0, 0)
    with pytest.raises(NotFound):
        counting.tally(10**9, keys=keys, now=NOW)


def test_a_tie_that_the_rules_leave_open_is_a_state_and_not_a_fault(keys):
    vote_round = closed_round(keys, [["0"], ["1"]], costs=(60_000_00, 60_000_00))
    [tally] = counting.tally(vote_round.id, keys=keys, now=NOW)
    assert tally.result == {"undecided": ["0", "1"]}
    assert loaded(vote_round.id).state is RoundState.CLOSED
    assert db.session.scalars(queries.due_to_count()).all() == []


def test_nobody_sees_a_count_before_it_is_published(keys):
    undecided = closed_round(keys, [["0"], ["1"]], costs=(60_000_00, 60_000_00))
    decided = closed_round(keys, [["0"]])
    for vote_round in (undecided, decided):
        assert db.session.scalars(queries.visible_tally(vote_round.id)).one_or_none() is None
        counting.tally(vote_round.id, keys=keys, now=NOW)
        assert db.session.scalars(queries.visible_tally(vote_round.id)).one_or_none() is None
        publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)
    assert db.session.scalars(queries.visible_tally(undecided.id)).one_or_none() is None
    assert db.session.scalars(queries.visible_tally(decided.id)).one().result["winners"] == ["0"]


def test_ballots_that_do_not_open_with_these_keys_stop_the_count(keys, tmp_path):
    vote_round = closed_round(keys, [["0"]])
    others = LocalKeys(tmp_path)
    others.make(vote_round.id)
    with pytest.raises(SealBroken):
        counting.tally(vote_round.id, keys=others, now=NOW)
    with pytest.raises(KeysGone):
        counting.tally(vote_round.id, keys=LocalKeys(tmp_path / "none"), now=NOW)


def test_a_dump_of_the_database_names_no_voter_and_no_choice(cluster, tmp_path):
    """Planted values: pseudonym, keys and a choice; while the vote is open none is in a dump."""
    from participatie.app import create_app
    from tests import factories
    from tests.database import dispose

    with cluster.copy("planted") as name:
        app = create_app(cluster.config(name))
        keys = LocalKeys(tmp_path / "keys")
        with app.app_context():
            factories.bind(db.session, keys)
            vote_round = RoundFactory()
            OptionFactory(round_id=vote_round.id, code="plantedchoice")
            cast(vote_round, ["plantedchoice"], keys=keys, voter="v1$plantedvoter")
            db.session.commit()
            sealed = db.session.scalars(select(Ballot.sealed)).one()
            db.session.remove()
        dispose(app)
        dump = subprocess.run(
            [
                *(cluster.server.program("pg_dump"), "--data-only", "--inserts"),
                *("-h", str(cluster.server.socket_dir), "-U", "postgres", name),
            ],
            capture_output=True,
            check=True,
        ).stdout
    secrets = [file.read_bytes() for file in (tmp_path / "keys").rglob("*.key")]
    assert len(secrets) == 2
    assert sealed.hex().encode() in dump
    for planted in (b"plantedvoter", *secrets, *(secret.hex().encode() for secret in secrets)):
        assert planted not in dump
    assert dump.count(b"plantedchoice") == 1  # the option itself
