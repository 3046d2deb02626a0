"""What came out of a poll, and when anybody sees it."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.identity.rules import VISITOR
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.rules.rounds import Channel, RoundState, Voter
from participatie.votes.services import casting, closing, counting, publishing
from tests.factories import LONG_AGO, ClerkFactory
from tests.votes.polls import ONE, OPEN, ORDER, POINTS, SEVERAL, end, make_poll

SECRET = "Mijn geheime wens"
BALLOTS = [
    [["v1a"], ["v2a", "v2b"], ["v3b", "v3a"], ["v4a=7", "v4b=3"], [SECRET]],
    [["v1a"], ["v2b"], ["v3b"], ["v4b=10"], []],
    [["v1b"], [], ["v3a", "v3c"], [], []],
]


@pytest.fixture
def counted(app, store, keys, poll):
    """A poll with every kind of question and three ballots, closed and counted, not published."""
    vote = poll(ONE, SEVERAL, ORDER, POINTS, OPEN, title="Het park van de toekomst")
    with app.app_context():
        for number, given in enumerate(BALLOTS):
            voter = Voter(keys.voter_key(vote.id, f"v1${number}"), Channel.LOGIN)
            casting.cast(vote.id, given, voter=voter, press=uuid4(), keys=keys, owner=None)
            db.session.commit()
    end(store, vote)
    with app.app_context():
        closing.close(vote.id, actor=VISITOR, now=LONG_AGO)
        counting.tally(vote.id, keys=keys, now=LONG_AGO)
        db.session.commit()
    return vote


def publish(app, vote):
    with app.app_context():
        publishing.publish_by_itself(vote.id, actor=VISITOR, now=LONG_AGO)
        db.session.commit()


def test_before_it_is_published_nobody_sees_a_result(client, log_in, counted):
    for reader in (client, log_in(ClerkFactory())):
        for page in ("uitslag", "uitslag.json"):
            reader.get(f"/stemmingen/{counted.id}/{page}", status=404)


def test_the_page_tells_turnout_first_and_then_what_was_answered(app, client, counted):
    publish(app, counted)
    page = client.get(f"/stemmingen/{counted.id}/uitslag")
    assert page.main.index("3 mensen stemden.") < page.main.index("Wilt u een bankje?")
    assert "Bovenaan staat: Appel." in page.main
    assert "2 (67%)" in page.main
    assert "1 kiezer sloeg deze vraag over." in page.main
    assert "1 persoon schreef een antwoord." in page.main


def test_the_folder_is_offered_where_there_is_one(app, store, client, counted):
    """A vote whose result came without a board, as that of the demo, has none."""
    elsewhere = make_poll(store, ONE, state=RoundState.PUBLISHED, closed_at=LONG_AGO)
    told = {"method": "votes", "answered": 3, "blank": 0, "first": ["v1a"], "dropped": {}}
    asked = store.scalars(select(VoteQuestion).where(VoteQuestion.round_id == elsewhere.id)).one()
    row = {"round_id": elsewhere.id, "question_id": asked.id, "version": 1, "ballots": 60}
    hashes = {"input_hash": "0" * 64, "result_hash": "0" * 64, "counted_at": LONG_AGO}
    store.add(Tally(**row, **hashes, result={**told, "scores": {"v1a": 3, "v1b": 0, "v1c": 0}}))
    store.commit()
    publish(app, counted)
    for vote, has_folder in ((counted, True), (elsewhere, False)):
        links = client.get(f"/stemmingen/{vote.id}/uitslag").links().values()
        assert (f"/stemmingen/{vote.id}/uitslag.zip" in links) is has_folder


def test_open_answers_stand_nowhere(app, client, counted):
    publish(app, counted)
    for path in ("uitslag", "uitslag.json"):
        assert SECRET not in client.raw.get(f"/stemmingen/{counted.id}/{path}").text


def test_so_few_voters_are_not_told_apart_by_channel(app, client, counted):
    publish(app, counted)
    assert "Hoe er is gestemd" not in client.get(f"/stemmingen/{counted.id}/uitslag").main


def test_a_program_reads_the_same_numbers(app, store, client, counted):
    publish(app, counted)
    body = json.loads(client.raw.get(f"/stemmingen/{counted.id}/uitslag.json").text)
    assert body["ballots"] == 3
    assert body["results"]["v1"]["scores"] == {"v1a": 2, "v1b": 1, "v1c": 0}
    assert body["results"]["v3"]["scores"] == {"v3a": 5, "v3b": 6, "v3c": 2}
    assert body["results"]["v4"]["scores"] == {"v4a": 7, "v4b": 13, "v4c": 0}
    assert len(store.scalars(select(Tally)).all()) == 5
