"""The database keeps a roll as it is, whoever tries to change it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from participatie.votes.models.rounds import Roll
from participatie.votes.rules.rounds import Channel, RollKind, RoundState
from tests.factories import LONG_AGO, RoundFactory

pytestmark = pytest.mark.database

ME, OTHER = b"m" * 32, b"o" * 32
AFTER = [RoundState.OPEN, RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED]


def on_roll(store, vote, key=ME, **facts):
    facts = {"version": 0, "channel": Channel.LOGIN, **facts}
    store.add(Roll(round_id=vote.id, voter_key=key, **facts))
    store.flush()


def change(store, what):
    store.execute(text(f"UPDATE roll SET {what}"))


@pytest.fixture
def vote(store):
    """An open vote in which I have voted once."""
    vote = RoundFactory()
    on_roll(store, vote, version=1, tag=b"t" * 16)
    return vote


@pytest.mark.parametrize("kind", [RollKind.UPLOAD, RollKind.CODES])
def test_nobody_comes_on_a_closed_roll_once_the_vote_is_open(store, kind):
    draft = RoundFactory(state=RoundState.DRAFT, opened_at=None, roll_kind=kind)
    on_roll(store, draft)
    draft.rules_hash, draft.state, draft.opened_at = "f" * 64, RoundState.OPEN, LONG_AGO
    store.flush()
    with pytest.raises(IntegrityError, match="is closed"):
        on_roll(store, draft, OTHER)


@pytest.mark.parametrize("state", AFTER[1:])
def test_a_roll_stays_closed_after_the_vote(store, state):
    vote = RoundFactory(state=state, closed_at=LONG_AGO, roll_kind=RollKind.UPLOAD)
    with pytest.raises(IntegrityError, match="is closed"):
        on_roll(store, vote)


def test_who_logs_in_comes_on_an_open_roll_with_the_first_vote(store, vote):
    on_roll(store, vote, OTHER, version=1)


@pytest.mark.parametrize(
    "what",
    [
        "version = version + 1",
        "version = version + 1, channel = 'code'",
        "version = version + 1, channel = 'paper'",
    ],
)
def test_a_vote_or_a_paper_counts_on_by_one(store, vote, what):
    change(store, what)


@pytest.mark.parametrize(
    "what",
    [
        "version = 0",
        "version = version + 2",
        "channel = 'paper'",
        "tag = NULL",
        "tag = '\\x00'",
        "voter_key = '\\x00'",
    ],
)
def test_what_no_vote_does_is_refused(store, vote, what):
    with pytest.raises(IntegrityError, match="cannot change so"):
        change(store, what)


def test_who_has_a_paper_ballot_keeps_it(store, vote):
    change(store, "version = version + 1, channel = 'paper'")
    with pytest.raises(IntegrityError, match="cannot change so"):
        change(store, "version = version + 1, channel = 'login'")


@pytest.mark.parametrize("state", AFTER[1:])
def test_nobody_votes_on_the_roll_after_the_vote(store, state):
    vote = RoundFactory(state=state, closed_at=LONG_AGO)
    on_roll(store, vote, version=1)
    with pytest.raises(IntegrityError, match="cannot change so"):
        change(store, "version = version + 1")


def test_nobody_goes_off_a_roll(store, vote):
    with pytest.raises(IntegrityError, match="stays"):
        store.execute(text("DELETE FROM roll"))
