"""A round whose rules are fixed is kept so by the database."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import TRANSITIONS, RoundState
from tests.factories import LONG_AGO, OptionFactory, RoundFactory, question_of

pytestmark = pytest.mark.database

BY_TWO = [(RoundState.CLOSED, RoundState.OPEN), (RoundState.OPEN, RoundState.BROKEN_OFF)]


def at(state):
    return RoundFactory(state=state, **_moments(state))


def move(store, vote_round, state):
    moments = {"closed_at": None} | _moments(state)
    store.execute(
        update(VoteRound).where(VoteRound.id == vote_round.id).values(state=state, **moments)
    )


def _moments(state):
    if state is RoundState.DRAFT:
        return {"opened_at": None}
    written = {RoundState.OPEN: "opened_at", RoundState.BROKEN_OFF: "broken_off_at"}
    return {"opened_at": LONG_AGO, written.get(state, "closed_at"): LONG_AGO}


@pytest.fixture
def fixed(store):
    """A draft round with one option, its rules fixed afterwards."""
    vote_round = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    OptionFactory(round_id=vote_round.id, code="a")
    vote_round.rules_hash = "f" * 64
    store.commit()
    return vote_round


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vote_round SET title = 'Iets anders'",
        "UPDATE vote_question SET budget = budget + 1",
        "UPDATE vote_question SET title = 'Iets anders'",
        "DELETE FROM vote_question",
        "UPDATE vote_round SET publication = 'counts'",
        "UPDATE vote_round SET grade = 'zwaar'",
        "UPDATE vote_round SET minimum_age = 12",
        "UPDATE vote_round SET counting = '{}'",
        "UPDATE vote_round SET rules_hash = NULL",
        "UPDATE vote_round SET opens_at = opens_at - interval '1 day'",
        "UPDATE vote_option SET cost = cost + 1",
        "UPDATE vote_option SET title = 'Iets anders'",
        "DELETE FROM vote_option",
    ],
)
def test_what_is_fixed_cannot_be_changed(store, fixed, change):
    with pytest.raises(IntegrityError, match="are fixed"):
        store.execute(text(change))


def test_a_plan_of_another_round_cannot_be_moved_to_it(store, fixed):
    other = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    OptionFactory(round_id=other.id, code="b")
    with pytest.raises(IntegrityError, match="are fixed"):
        store.execute(
            text("UPDATE vote_option SET round_id = :id, question_id = :question WHERE code = 'b'"),
            {"id": fixed.id, "question": question_of(fixed.id).id},
        )


def test_a_plan_cannot_be_added(store, fixed):
    with pytest.raises(IntegrityError, match="are fixed"):
        store.execute(
            text(
                "INSERT INTO vote_option (round_id, question_id, code, title, text, cost)"
                " VALUES (:id, :question, 'b', 'B', '', 1)"
            ),
            {"id": fixed.id, "question": question_of(fixed.id).id},
        )


def test_the_state_goes_on_and_closing_can_move(store, fixed):
    store.execute(text("UPDATE vote_round SET state = 'open', opened_at = now()"))
    store.execute(text("UPDATE vote_round SET closes_at = closes_at + interval '1 hour'"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (before, after)
        for before in RoundState
        for after in RoundState
        if after is not before and after not in TRANSITIONS[before]
    ],
)
def test_a_vote_is_never_set_back_in_the_database(store, before, after):
    vote_round = at(before)
    with pytest.raises(IntegrityError, match="cannot go from"):
        move(store, vote_round, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (before, after)
        for before in RoundState
        for after in RoundState
        if after in TRANSITIONS[before] and (before, after) not in BY_TWO
    ],
)
def test_a_vote_goes_on_in_the_database(store, before, after):
    move(store, at(before), after)


@pytest.mark.parametrize(("before", "after"), BY_TWO)
def test_nobody_opens_or_breaks_off_a_vote_alone_in_the_database(store, before, after):
    vote_round = at(before)
    with pytest.raises(IntegrityError, match="without two people"):
        move(store, vote_round, after)


def test_the_moment_of_closing_stays(store):
    round_id = RoundFactory(state=RoundState.CLOSED, closed_at=LONG_AGO).id
    store.commit()
    with pytest.raises(IntegrityError, match="closed stays"):
        store.execute(
            text("UPDATE vote_round SET closed_at = now() WHERE id = :id"), {"id": round_id}
        )


def test_a_draft_without_fixed_rules_can_be_changed(store):
    vote_round = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    option = OptionFactory(round_id=vote_round.id, code="a")
    option.cost += 1
    question = question_of(vote_round.id)
    question.budget = (question.budget or 0) + 1
    store.commit()
