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
from participatie.votes import queries, services
from participatie.votes.keys import LocalKeys, SealBroken
from participatie.votes.models import Ballot, Choice, Roll, Tally, VoteRound
from participatie.votes.rules import GREEDY, RoundState, fingerprint
from tests.factories import LONG_AGO, OptionFactory, RoundFactory, soon

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

CLERK = Actor(id=1, roles=frozenset({Role.CLERK}))
NOW = soon()


@pytest.fixture
def keys(tmp_path):
    return LocalKeys(tmp_path)


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
    return db.session.scalars(queries.with_options(round_id)).one()


def cast(vote_round, chosen, *, keys, voter="v1$een", press: UUID | None = None) -> int:
    """A cast is a transaction of its own."""
    number = press or uuid4()
    version = services.cast(vote_round.id, chosen, pseudonym=voter, press=number, keys=keys)
    db.session.commit()
    return version


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
    assert cast(vote_round, ["1", "0"], keys=keys) == 1
    (ballot,) = db.session.scalars(select(Ballot))
    assert keys.open(vote_round.id, ballot.sealed) == ("0", "1")
    assert db.session.scalars(queries.turnout(vote_round.id)).one() == 1


def test_a_vote_can_be_changed_and_the_last_one_counts(keys):
    vote_round = make_round()
    assert [cast(vote_round, [c], keys=keys) for c in "012"] == [1, 2, 3]
    cast(vote_round, ["0"], keys=keys, voter="v1$twee")
    end(vote_round)
    services.close(vote_round.id, actor=VISITOR, now=NOW)
    services.tally(vote_round.id, keys=keys, now=NOW)
    assert services.choices(vote_round.id) == {("2",): 1, ("0",): 1}


def test_the_same_press_again_is_the_same_ballot_once(keys):
    vote_round, press = make_round(), uuid4()
    assert cast(vote_round, ["0", "1"], keys=keys, press=press) == 1
    assert cast(vote_round, ["1", "0"], keys=keys, press=press) == 1
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
    cast(vote_round, ["0"], keys=keys, press=press)
    end(vote_round)
    services.close(vote_round.id, actor=VISITOR, now=NOW)
    assert cast(vote_round, ["0"], keys=keys, press=press) == 1


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
        services.cast(10**9, ["0"], pseudonym="v1$een", press=uuid4(), keys=keys)


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
    assert cast(vote_round, ["0"], keys=keys) == 1
    end(vote_round)
    with pytest.raises(Conflict):
        cast(vote_round, ["0"], keys=keys)


def test_a_ballot_is_never_changed_or_deleted(keys):
    cast(make_round(), ["0"], keys=keys)
    for statement in ("UPDATE ballot SET version = 9", "DELETE FROM ballot", "TRUNCATE ballot"):
        with pytest.raises(Exception, match=r"denied|only added"), db.session.begin_nested():
            db.session.execute(text(statement))


# Opening and closing


def test_opening_freezes_everything_that_was_agreed():
    vote_round = draft()
    services.open_round(vote_round, actor=CLERK, now=NOW)
    again = loaded(vote_round.id)
    assert again.state is RoundState.OPEN
    assert again.rules_hash == fingerprint(services.frozen_facts(again))
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["votes.freeze", "votes.open"]


def test_a_round_that_is_set_up_too_early_opens_when_it_is_time():
    vote_round = draft(opens_at=soon(seconds=2))
    services.open_round(vote_round, actor=CLERK, now=NOW)
    assert loaded(vote_round.id).state is RoundState.DRAFT
    assert services.open_due(now=NOW) == []
    db.session.execute(text("SELECT pg_sleep_until(:opens)"), {"opens": vote_round.opens_at})
    assert services.open_due(now=NOW) == [vote_round.id]
    assert loaded(vote_round.id).state is RoundState.OPEN


def test_a_round_whose_rules_nobody_fixed_never_opens_by_itself():
    vote_round = draft()
    assert services.open_due(now=NOW) == []
    assert loaded(vote_round.id).state is RoundState.DRAFT


@pytest.mark.parametrize("actor", [VISITOR, Actor(id=1, roles=frozenset({Role.RESIDENT}))])
def test_only_staff_opens_a_round(actor):
    with pytest.raises(NotAllowed):
        services.open_round(draft(), actor=actor, now=NOW)


def test_a_round_is_opened_once_and_never_empty():
    vote_round = draft()
    services.open_round(vote_round, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        services.open_round(loaded(vote_round.id), actor=CLERK, now=NOW)
    with pytest.raises(Invalid):
        services.open_round(draft(costs=()), actor=CLERK, now=NOW)


def test_a_round_that_cannot_be_counted_is_not_opened():
    with pytest.raises(Invalid):
        services.open_round(draft(counting={"rule": "lottery"}), actor=CLERK, now=NOW)


def test_closing_before_its_time_and_closing_twice_are_refused(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(Conflict):
        services.close(vote_round.id, actor=CLERK, now=NOW)
    end(vote_round)
    services.close(vote_round.id, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        services.close(vote_round.id, actor=CLERK, now=NOW)
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.act, entry.detail) == ("votes.close", {"turnout": 1})


# Counting


def closed_round(keys, ballots, **settings) -> VoteRound:
    vote_round = make_round(**settings)
    for number, chosen in enumerate(ballots):
        cast(vote_round, chosen, keys=keys, voter=f"v1${number}")
    end(vote_round)
    services.close(vote_round.id, actor=VISITOR, now=NOW)
    return vote_round


def test_a_count_says_who_won_with_reasons_and_fingerprints(keys):
    vote_round = closed_round(keys, [["2"], ["2"], ["0", "1"]])
    tally = services.tally(vote_round.id, keys=keys, now=NOW)
    assert (tally.version, tally.ballots) == (1, 3)
    assert tally.result["winners"] == ["2"]
    assert tally.result["votes"] == {"0": 1, "1": 1, "2": 2}
    assert tally.result["reasons"]["0"]["code"] == "no-money-left"
    assert tally.result["result_hash"] == tally.result_hash
    assert loaded(vote_round.id).state is RoundState.COUNTED


def test_counting_twice_is_one_count_with_the_same_rows(keys):
    vote_round = closed_round(keys, [["0"], ["1"], ["0"]])
    first = services.tally(vote_round.id, keys=keys, now=NOW)
    again = services.tally(vote_round.id, keys=keys, now=NOW)
    assert again is first
    assert (rows(Tally), rows(Choice)) == (1, 2)


def test_a_count_without_votes_has_no_winners(keys):
    tally = services.tally(closed_round(keys, []).id, keys=keys, now=NOW)
    assert (tally.ballots, tally.result["winners"]) == (0, [])


def test_an_open_round_is_not_counted(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(IllegalTransition):
        services.tally(vote_round.id, keys=keys, now=NOW)
    assert (rows(Tally), rows(Choice)) == (0, 0)
    with pytest.raises(NotFound):
        services.tally(10**9, keys=keys, now=NOW)


def test_a_tie_that_the_rules_leave_open_is_a_state_and_not_a_fault(keys):
    vote_round = closed_round(keys, [["0"], ["1"]], costs=(60_000_00, 60_000_00))
    tally = services.tally(vote_round.id, keys=keys, now=NOW)
    assert tally.result == {"undecided": ["0", "1"]}
    assert loaded(vote_round.id).state is RoundState.CLOSED
    assert db.session.scalars(queries.due_to_count()).all() == []


def test_nobody_sees_a_count_before_the_round_is_counted(keys):
    undecided = closed_round(keys, [["0"], ["1"]], costs=(60_000_00, 60_000_00))
    decided = closed_round(keys, [["0"]])
    for vote_round in (undecided, decided):
        assert db.session.scalars(queries.visible_tally(vote_round.id)).one_or_none() is None
        services.tally(vote_round.id, keys=keys, now=NOW)
    assert db.session.scalars(queries.visible_tally(undecided.id)).one_or_none() is None
    assert db.session.scalars(queries.visible_tally(decided.id)).one().result["winners"] == ["0"]


def test_ballots_that_do_not_open_with_these_keys_stop_the_count(keys, tmp_path):
    vote_round = closed_round(keys, [["0"]])
    with pytest.raises(SealBroken):
        services.tally(vote_round.id, keys=LocalKeys(tmp_path / "other"), now=NOW)


def test_a_dump_of_the_database_names_no_voter_and_no_choice(cluster, tmp_path):
    """Planted values: pseudonym, keys and a choice; while the vote is open none is in a dump."""
    from participatie.app import create_app
    from tests import factories
    from tests.database import dispose

    with cluster.copy("planted") as name:
        app = create_app(cluster.config(name))
        keys = LocalKeys(tmp_path / "keys")
        with app.app_context():
            factories.bind(db.session)
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
    secret = (tmp_path / "keys" / "votes.key").read_bytes()
    assert sealed.hex().encode() in dump
    for planted in (b"plantedvoter", secret, secret.hex().encode()):
        assert planted not in dump
    assert dump.count(b"plantedchoice") == 1  # the option itself
