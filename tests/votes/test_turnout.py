"""How many voted, for everybody to see while a vote is open: only where its rules say so."""

from __future__ import annotations

from uuid import uuid4

import pytest

from participatie.core.db import db
from participatie.votes.models.rounds import Roll, Turnout
from participatie.votes.rules.rounds import Channel
from participatie.votes.services.turnout import count_hourly
from tests.budget.steps import make_budget
from tests.factories import LONG_AGO, soon
from tests.votes.polls import make_poll

pytestmark = pytest.mark.database


def voters(session, vote, number):
    for _ in range(number):
        row = Roll(round_id=vote.id, voter_key=uuid4().bytes, version=1, channel=Channel.LOGIN)
        session.add(row)
    session.flush()


def shown(vote):
    found = db.session.get(Turnout, vote.id, populate_existing=True)
    return None if found is None else found.voters


@pytest.mark.usefixtures("context")
def test_the_voters_are_counted_once_an_hour_where_the_rules_say_so():
    told, silent = make_poll(db.session, shows_turnout=True), make_poll(db.session)
    over = make_poll(db.session, shows_turnout=True, closes_at=soon(minutes=-1))
    hour = soon().replace(minute=0, second=30, microsecond=0)
    for vote in (told, silent, over):
        voters(db.session, vote, 2)
    count_hourly(now=hour)
    assert [shown(vote) for vote in (told, silent, over)] == [2, None, None]
    voters(db.session, told, 3)
    count_hourly(now=hour.replace(minute=59))
    assert shown(told) == 2
    count_hourly(now=hour + (soon(hours=1) - soon()))
    assert shown(told) == 5


def test_the_page_of_a_poll_shows_how_many_voted(client, store):
    told, silent = make_poll(store, shows_turnout=True), make_poll(store)
    for vote in (told, silent):
        store.add(Turnout(round_id=vote.id, voters=1204, counted_at=LONG_AGO))
    store.flush()
    assert "1.204 mensen hebben gestemd." in client.get(f"/stemmingen/{told.id}").main
    assert "hebben gestemd" not in client.get(f"/stemmingen/{silent.id}").main


def test_the_page_of_a_budget_shows_how_many_voted(client, store):
    budget = make_budget(shows_turnout=True)
    store.add(Turnout(round_id=budget.round_id, voters=1, counted_at=LONG_AGO))
    store.flush()
    assert "1 mens heeft gestemd." in client.get(f"/begrotingen/{budget.id}").main
