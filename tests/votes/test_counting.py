from __future__ import annotations

import subprocess

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import IllegalTransition, NotFound
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR
from participatie.votes.cli import votes
from participatie.votes.keys import KeysGone, LocalKeys
from participatie.votes.models.ballots import Ballot, Choice, Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import closing, counting, faults, publishing
from participatie.votes.services.emptying import BoxFault
from tests.factories import OptionFactory, RoundFactory
from tests.votes.steps import NOW, cast, end, loaded, make_round, rows
from tests.votes.two_people import agreed, closed

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


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
    assert db.session.scalars(result_queries.due_to_count()).all() == []


def test_nobody_sees_a_count_before_it_is_published(keys):
    undecided = closed_round(keys, [["0"], ["1"]], costs=(60_000_00, 60_000_00))
    decided = closed_round(keys, [["0"]])
    for vote_round in (undecided, decided):
        assert db.session.scalars(result_queries.visible_tally(vote_round.id)).one_or_none() is None
        counting.tally(vote_round.id, keys=keys, now=NOW)
        assert db.session.scalars(result_queries.visible_tally(vote_round.id)).one_or_none() is None
        publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)
    assert db.session.scalars(result_queries.visible_tally(undecided.id)).one_or_none() is None
    assert db.session.scalars(result_queries.visible_tally(decided.id)).one().result["winners"] == [
        "0"
    ]


def test_ballots_that_do_not_open_with_these_keys_stop_the_count(keys, tmp_path):
    vote_round = closed_round(keys, [["0"]])
    others = LocalKeys(tmp_path)
    others.make(vote_round.id)
    with pytest.raises(BoxFault, match="entry 0: does_not_open"):
        counting.tally(vote_round.id, keys=others, now=NOW)
    with pytest.raises(KeysGone):
        counting.tally(vote_round.id, keys=LocalKeys(tmp_path / "none"), now=NOW)


def test_who_closes_a_vote_hears_that_it_cannot_be_counted_and_the_manager_tries_again(
    keys, tmp_path, common
):
    vote_round = common()
    clerk = vote_round.clerk_id
    cast(vote_round, ["0"], keys=keys)
    others = LocalKeys(tmp_path)
    others.make(vote_round.id)
    agreed(closed(vote_round), Act.FINALISE)
    assert list(db.session.scalars(result_queries.due_to_count())) == [vote_round.id]
    with pytest.raises(BoxFault) as found:
        counting.tally(vote_round.id, keys=others, now=NOW)
    faults.blocked(vote_round.id, found.value, now=NOW)
    assert list(db.session.scalars(result_queries.due_to_count())) == []
    told = select(OutboxMessage.account_id).where(OutboxMessage.kind == "votes.cannot_count")
    assert clerk in db.session.scalars(told).all()

    ran = CliRunner().invoke(votes, ["count-again", str(vote_round.id)])
    assert ran.exit_code == 0, ran.output
    assert list(db.session.scalars(result_queries.due_to_count())) == [vote_round.id]
    assert counting.tally(vote_round.id, keys=keys, now=NOW)[0].ballots == 1
    ran = CliRunner().invoke(votes, ["count-again", str(vote_round.id)])
    assert (ran.exit_code, ran.stderr) == (
        1,
        "Error: Nothing keeps this vote from being counted.\n",
    )


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
    assert len(secrets) == 3
    assert sealed.hex().encode() in dump
    for planted in (b"plantedvoter", *secrets, *(secret.hex().encode() for secret in secrets)):
        assert planted not in dump
    assert dump.count(b"plantedchoice") == 1  # the option itself
