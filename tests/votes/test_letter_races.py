"""A letter and a log-in of the same person, fifty at once: one voter, one vote."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from participatie.core.db import db
from participatie.identity.pseudonyms import Purpose
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.rounds import Roll
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.letter_codes import BatchKind
from participatie.votes.rules.rolls import read_roll
from participatie.votes.rules.rounds import Channel, RollKind, Voter
from participatie.votes.services import letter_codes, rolls
from participatie.votes.services.casting import cast
from tests import factories
from tests.real import at_once, real_apps
from tests.votes.letters import CLERK, NOW, closed_round, opened

pytestmark = pytest.mark.database

BSN = "999990019"


def test_a_code_and_a_log_in_at_once_are_one_vote(cluster, worker_id):
    with real_apps(cluster, f"letters_{worker_id}") as (app,):
        keys, pseudonyms = app.extensions["vote_keys"], app.extensions["pseudonyms"]
        with app.app_context():
            factories.bind(db.session, keys)
            vote_round = closed_round(RollKind.UPLOAD)
            people = read_roll(f"bsn\n{BSN}")
            filled = rolls.fill(
                vote_round, people, keys=keys, pseudonyms=pseudonyms, actor=CLERK, now=NOW
            )
            letter = letter_codes.make_personal(
                vote_round,
                filled.keys,
                kind=BatchKind.LETTERS,
                keys=keys,
                actor=CLERK,
                now=NOW,
            )[0]
            db.session.commit()
            round_id = opened(vote_round, keys).id

        def one(number: int) -> None:
            with app.app_context():
                if number % 2:
                    found = letter_codes.enter(letter.code, keys=keys)
                    voter = Voter(found.voter_key, Channel.CODE)
                else:
                    pseudonym = pseudonyms.pseudonym(Purpose.VOTE, BSN)
                    voter = Voter(keys.voter_key(round_id, pseudonym), Channel.LOGIN)
                choice = [["abc"[number % 3]]]
                cast(round_id, choice, voter=voter, press=uuid4(), keys=keys, owner=None)
                db.session.commit()

        at_once(one, 50)
        with app.app_context():
            assert db.session.scalars(select(Roll.version)).all() == [50]
            assert db.session.scalars(select(func.count()).select_from(Ballot)).one() == 50
            rows = db.session.execute(board_queries.ballots_with_entries(round_id)).all()
            assert len({row.voter_key for row in rows}) == 1
