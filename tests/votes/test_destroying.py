"""Destroying the keys of a vote."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from participatie.app import create_app
from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict, NotAllowed, NotFound
from participatie.core.outbox import OutboxMessage
from participatie.identity.pseudonyms import Purpose, SealerPseudonyms
from participatie.identity.rules import VISITOR
from participatie.votes.keys import KeysGone, LocalKeys, SealerKeys
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardEntry
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.acts import OBJECTION_TERM, Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.services import acts, closing, counting, destroying, publishing
from participatie.votes.services.destroying import destroy_agreed, destroy_keys
from tests import factories
from tests.database import dispose
from tests.factories import ClerkFactory, SecondFactory
from tests.votes.brute_force import toy_space, voters_found
from tests.votes.steps import NOW, cast, end, loaded, make_round
from tests.votes.two_people import WHY, actor_of, both

LATER = NOW + OBJECTION_TERM


@pytest.fixture
def keys(context, tmp_path):
    """Keys of this test alone: what is destroyed stays so for every database with that number."""
    made = LocalKeys(tmp_path)
    factories.bind(db.session, made)
    return made


def published_round(keys, voter="v1$een"):
    vote_round = make_round()
    cast(vote_round, ["1"], keys=keys, voter=voter)
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    publishing.publish_by_itself(vote_round.id, actor=VISITOR, now=NOW)
    db.session.commit()
    return vote_round


@pytest.mark.usefixtures("context")
@pytest.mark.database
def test_destroying_is_told_on_the_board_and_in_the_log(keys):
    vote_round = published_round(keys)
    destroy_keys(vote_round.id, keys=keys, actor=VISITOR, now=LATER)
    with pytest.raises(KeysGone):
        keys.voter_key(vote_round.id, "v1$een")
    last = db.session.scalars(select(BoardEntry).order_by(BoardEntry.seq.desc())).first()
    assert last is not None
    assert last.kind is EntryKind.DESTROYED
    acts = db.session.scalars(select(AuditEntry.act)).all()
    assert acts[-1] == "votes.destroy_keys"
    with pytest.raises(Conflict, match="destroyed already"):
        destroy_keys(vote_round.id, keys=keys, actor=VISITOR, now=LATER)


@pytest.mark.usefixtures("context")
def test_as_long_as_people_can_object_the_keys_stay(keys):
    vote_round = published_round(keys)
    with pytest.raises(Conflict, match="can still object"):
        destroy_keys(vote_round.id, keys=keys, actor=VISITOR, now=LATER - timedelta(microseconds=1))
    assert keys.voter_key(vote_round.id, "v1$een")


@pytest.mark.usefixtures("context")
@pytest.mark.database
def test_two_people_agree_on_a_page_and_the_worker_destroys(keys):
    clerk, second = actor_of(ClerkFactory()), actor_of(SecondFactory())
    vote_round = published_round(keys)
    assert Act.DESTROY not in acts.possible(loaded(vote_round.id), now=NOW)
    with pytest.raises(Conflict, match="can still object"):
        acts.ask(vote_round.id, Act.DESTROY, terms={}, reason="", actor=clerk, now=NOW)
    assert Act.DESTROY in acts.possible(loaded(vote_round.id), now=LATER)
    asked = acts.ask(vote_round.id, Act.DESTROY, terms={}, reason="", actor=clerk, now=LATER)
    seen = asked.subject_hash
    with pytest.raises(NotAllowed):
        acts.confirm(asked.id, subject_hash=seen, actor=clerk, now=LATER)
    assert db.session.scalars(act_queries.due_to_destroy()).all() == []
    acts.confirm(asked.id, subject_hash=seen, actor=second, now=LATER)
    [due] = db.session.scalars(act_queries.due_to_destroy()).all()
    assert destroy_agreed(due, keys=keys, now=LATER)
    with pytest.raises(KeysGone):
        keys.voter_key(vote_round.id, "v1$een")
    done = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert done is not None
    assert (done.act, done.account_id) == ("votes.destroy_keys", second.id)
    assert db.session.scalars(act_queries.due_to_destroy()).all() == []


@pytest.mark.usefixtures("context")
@pytest.mark.database
def test_a_count_that_was_made_since_asks_for_a_new_agreement(keys):
    people = [actor_of(ClerkFactory()), actor_of(SecondFactory())]
    vote_round = published_round(keys)
    asked = acts.ask(vote_round.id, Act.DESTROY, terms={}, reason="", actor=people[0], now=LATER)
    acts.confirm(asked.id, subject_hash=asked.subject_hash, actor=people[1], now=LATER)
    both(loaded(vote_round.id), Act.RECOUNT, people, WHY)
    counting.tally(vote_round.id, keys=keys, now=LATER)
    [due] = db.session.scalars(act_queries.due_to_destroy()).all()
    assert not destroy_agreed(due, keys=keys, now=LATER + OBJECTION_TERM)
    assert keys.voter_key(vote_round.id, "v1$een")


@pytest.mark.usefixtures("context")
@pytest.mark.database
def test_who_closes_a_vote_is_reminded_once_when_nobody_can_object_any_more(keys):
    clerk = ClerkFactory()
    vote_round = published_round(keys)
    assert destroying.first_moment(loaded(vote_round.id)) == LATER
    assert destroying.remind(now=LATER - timedelta(microseconds=1)) == []
    for _ in range(2):
        assert destroying.remind(now=LATER) == [vote_round.id]
    sent = select(OutboxMessage.account_id).where(OutboxMessage.kind == "votes.keys_due")
    assert db.session.scalars(sent).all() == [clerk.id]
    destroy_keys(vote_round.id, keys=keys, actor=VISITOR, now=LATER)
    assert destroying.remind(now=LATER) == []


@pytest.mark.usefixtures("context")
def test_the_keys_of_a_vote_without_published_result_stay(keys):
    vote_round = make_round()
    with pytest.raises(Conflict, match="until the result is published"):
        destroy_keys(vote_round.id, keys=keys, actor=VISITOR, now=LATER)
    with pytest.raises(NotFound):
        destroy_keys(vote_round.id + 1, keys=keys, actor=VISITOR, now=LATER)


def test_with_the_keys_all_numbers_can_be_tried_and_after_destroying_none_is_found(cluster, sealer):
    space = toy_space()
    assert len(space) == 10_000
    bsn = space[7_777]
    keys = SealerKeys(sealer.sockets_dir)
    with cluster.copy("brute_force") as name:
        app = create_app(cluster.config(name))
        with app.app_context():
            factories.bind(db.session, keys)
            pseudonym = SealerPseudonyms(sealer.box).pseudonym(Purpose.VOTE, bsn)
            vote_round = published_round(keys, voter=pseudonym)
            round_id = vote_round.id
            sealed = db.session.scalars(select(Ballot.sealed)).one()

            before = _loot(cluster, name, sealer)
            assert voters_found(space, before, sealer.keys_dir, round_id) == {bsn}

            destroy_keys(round_id, keys=keys, actor=VISITOR, now=LATER)
            db.session.commit()
            db.session.remove()
        dispose(app)
        for loot in (before, _loot(cluster, name, sealer)):  # a backup of before does not help
            assert voters_found(space, loot, sealer.keys_dir, round_id) == set()
    with pytest.raises(KeysGone):
        keys.open(round_id, [sealed])
    keys.close()


def _loot(cluster, name: str, sealer) -> bytes:
    """A dump of the whole database, and the log of the sealer."""
    dump = subprocess.run(
        [
            *(cluster.server.program("pg_dump"), "--data-only", "--inserts"),
            *("-h", str(cluster.server.socket_dir), "-U", "postgres", name),
        ],
        capture_output=True,
        check=True,
    ).stdout
    return dump + sealer.log_file.read_bytes()


def test_the_command_says_in_one_sentence_why_it_does_not(
    cluster, worker_id, tmp_path, monkeypatch
):
    with cluster.copy(f"destroy_{worker_id}") as name:
        config = replace(cluster.config(name), data_dir=tmp_path)
        app = create_app(config)
        with app.app_context():
            factories.bind(db.session, app.extensions["vote_keys"])
            round_id = make_round().id
            db.session.commit()
            db.session.remove()
        dispose(app)
        command = Path(sys.executable).parent / "participatie"
        done = subprocess.run(
            [command, "votes", "destroy-keys", str(round_id), "--yes"],
            env={
                "PATH": os.environ["PATH"],
                "APP_ENV": "demo",
                "DATABASE_URL": config.database_url or "",
                "DATA_DIR": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "Error: The keys are needed until the result is published.\n"
