"""A round whose rules are fixed is kept so by the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import object_session

from participatie.audience.models import GroupMember, ProcessAudience
from participatie.audience.rules import Kind
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import TRANSITIONS, RoundState
from tests.factories import (
    FAR_AWAY,
    LONG_AGO,
    ClerkFactory,
    OptionFactory,
    ProcessFactory,
    RoundFactory,
    SecondFactory,
    question_of,
    soon,
)

pytestmark = pytest.mark.database

DAY = timedelta(days=1)
BY_TWO = [(RoundState.CLOSED, RoundState.OPEN), (RoundState.OPEN, RoundState.BROKEN_OFF)]


def at(state):
    """A round in this state, its rules fixed and its time over."""
    times = {"opens_at": LONG_AGO - DAY, "closes_at": LONG_AGO}
    return fix(RoundFactory(state=state, **times, **_moments(state)))


def fix(vote_round):
    vote_round.rules_hash = "f" * 64
    made_in = object_session(vote_round)
    assert made_in
    made_in.commit()
    return vote_round


def move(store, vote_round, state, **beside):
    values = {"closed_at": None, **_moments(state), **beside}
    store.execute(
        update(VoteRound).where(VoteRound.id == vote_round.id).values(state=state, **values)
    )


def on_board(store, vote_round, what, *, reason="De brug was dicht.", **facts):
    """A change of an open vote, as its board tells it."""
    body = {"kind": "amendment", "what": what, "reason": reason, **facts}
    entry = {"seq": 0, "kind": EntryKind.AMENDMENT, "body": body, "leaf": b"-"}
    store.add(BoardEntry(round_id=vote_round.id, **entry))
    store.flush()


def tells_of(vote_round, until, **facts):
    """What stands on the board of a round that closes later."""
    return {"from": vote_round.closes_at.timestamp(), "until": until.timestamp(), **facts}


def agreed(store, vote_round, act, **terms):
    """What two people asked and confirmed."""
    asked = {"asked_by": ClerkFactory().id, "asked_at": LONG_AGO, "subject_hash": "0" * 64}
    said = {"confirmed_by": SecondFactory().id, "confirmed_at": LONG_AGO}
    store.add(VoteAct(round_id=vote_round.id, act=act, terms=terms, facts={}, **asked, **said))
    store.flush()


def close_at(store, vote_round, until, **beside):
    values = {"closes_at": until, "extended_from": vote_round.closes_at, **beside}
    store.execute(update(VoteRound).where(VoteRound.id == vote_round.id).values(**values))


def _moments(state):
    if state is RoundState.DRAFT:
        return {"opened_at": None}
    if state is RoundState.OPEN:
        return {"opened_at": LONG_AGO}
    written = {RoundState.BROKEN_OFF: "broken_off_at"}
    return {"opened_at": LONG_AGO, written.get(state, "closed_at"): LONG_AGO}


@pytest.fixture
def fixed(store):
    """A draft round with one option, its rules fixed afterwards."""
    vote_round = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    OptionFactory(round_id=vote_round.id, code="a")
    vote_round.clerk_id = ClerkFactory().id
    return fix(vote_round)


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
        "UPDATE vote_round SET most_answered = 3",
        "UPDATE vote_round SET clerk_id = NULL",
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


def test_a_draft_with_fixed_rules_keeps_its_closing_time(store, fixed):
    with pytest.raises(IntegrityError, match="later only"):
        store.execute(text("UPDATE vote_round SET closes_at = closes_at + interval '1 hour'"))


def test_a_vote_opens_only_when_its_rules_are_fixed(store):
    draft = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    with pytest.raises(IntegrityError, match="before its rules are fixed"):
        move(store, draft, RoundState.OPEN)


def test_the_moment_of_opening_stays(store, fixed):
    move(store, fixed, RoundState.OPEN)
    with pytest.raises(IntegrityError, match="are fixed"):
        store.execute(text("UPDATE vote_round SET opened_at = opened_at - interval '1 day'"))


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


def test_the_board_tells_of_a_vote_that_two_people_break_off(store):
    vote_round = at(RoundState.OPEN)
    agreed(store, vote_round, Act.BREAK_OFF)
    with pytest.raises(IntegrityError, match="without two people"), store.begin_nested():
        move(store, vote_round, RoundState.BROKEN_OFF)
    on_board(store, vote_round, "broken_off")
    move(store, vote_round, RoundState.BROKEN_OFF)


@pytest.mark.parametrize("to", ["earlier", "later"])
def test_the_closing_time_of_an_open_vote_does_not_move_unseen(store, to):
    vote_round = RoundFactory(closes_at=soon(hours=2))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, soon(hours=1 if to == "earlier" else 3))


def test_the_closing_time_does_not_move_earlier_whatever_the_board_says(store):
    vote_round, until = RoundFactory(closes_at=soon(hours=2)), soon(hours=1)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until)


@pytest.mark.parametrize(
    "other",
    [{"reason": " "}, {"until": 1_700_000_000}, {"from": 1_700_000_000}, {"what": "contact"}],
)
def test_the_closing_time_moves_by_what_the_board_says_and_by_nothing_like_it(store, other):
    vote_round, until = RoundFactory(closes_at=soon(hours=2)), soon(hours=3)
    on_board(store, vote_round, **{"what": "closes_at", **tells_of(vote_round, until), **other})
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until)


def test_what_the_board_of_another_vote_says_moves_no_closing_time(store):
    vote_round, until = RoundFactory(closes_at=soon(hours=2)), soon(hours=3)
    on_board(store, RoundFactory(), "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until)


def test_the_closing_time_moves_later_as_the_board_says(store):
    vote_round, until = RoundFactory(closes_at=soon(hours=2)), soon(hours=3)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    close_at(store, vote_round, until)


@pytest.mark.parametrize("fixed_at", [None, FAR_AWAY])
def test_the_closing_time_that_was_fixed_stays_readable(store, fixed_at):
    vote_round, until = RoundFactory(closes_at=soon(hours=2)), soon(hours=3)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until, extended_from=fixed_at)


def test_nobody_says_that_a_closing_time_moved_which_did_not(store):
    RoundFactory(closes_at=soon(hours=2))
    with pytest.raises(IntegrityError, match="later only"):
        store.execute(text("UPDATE vote_round SET extended_from = closes_at - interval '1 hour'"))


def test_once_it_is_over_the_closing_time_of_an_open_vote_stays(store):
    vote_round, until = at(RoundState.OPEN), soon(hours=3)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until)


@pytest.mark.parametrize(
    "state", [RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED, RoundState.BROKEN_OFF]
)
def test_after_the_vote_its_closing_time_stays(store, state):
    vote_round, until = at(state), soon(hours=3)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="later only"):
        close_at(store, vote_round, until)


def test_a_closed_vote_opens_again_by_two_people_and_the_board_together(store):
    vote_round, until = at(RoundState.CLOSED), soon(hours=3)
    later = {"closes_at": until, "extended_from": LONG_AGO}
    agreed(store, vote_round, Act.EXTEND, until=until.timestamp())
    with pytest.raises(IntegrityError, match="later only"), store.begin_nested():
        move(store, vote_round, RoundState.OPEN, **later)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    move(store, vote_round, RoundState.OPEN, **later)


def test_the_board_alone_opens_no_closed_vote(store):
    vote_round, until = at(RoundState.CLOSED), soon(hours=3)
    on_board(store, vote_round, "closes_at", **tells_of(vote_round, until))
    with pytest.raises(IntegrityError, match="without two people"):
        move(store, vote_round, RoundState.OPEN, closes_at=until, extended_from=LONG_AGO)


def test_nobody_closes_a_vote_before_its_time(store):
    vote_round = RoundFactory(closes_at=soon(hours=2))
    for said in (LONG_AGO, soon(), soon(hours=2)):
        with pytest.raises(IntegrityError, match="before its time"), store.begin_nested():
            move(store, vote_round, RoundState.CLOSED, closed_at=said)


def test_nobody_says_that_a_vote_closed_before_its_time(store):
    with pytest.raises(IntegrityError, match="before its time"):
        move(store, at(RoundState.OPEN), RoundState.CLOSED, closed_at=LONG_AGO - DAY)


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO process_audience VALUES (:process, 'everyone', NULL, NULL, NULL, '')",
        "INSERT INTO audience_member VALUES (:process, 'een@waterlanden.example')",
        "UPDATE process_audience SET youngest = 12",
        "DELETE FROM process_audience",
    ],
)
def test_for_whom_a_vote_is_does_not_change_once_its_rules_are_fixed(store, change):
    process = ProcessFactory()
    if "INTO process_audience" not in change:
        kind = {"kind": Kind.RESIDENTS, "group_name": ""}
        store.add(ProcessAudience(process_id=process.id, **kind))
        store.commit()
    fix(RoundFactory(process_id=process.id))
    with pytest.raises(IntegrityError, match="who may vote in vote round"):
        store.execute(text(change), {"process": process.id})


def test_a_list_of_addresses_can_go_after_the_vote(store):
    process = ProcessFactory()
    store.add(ProcessAudience(process_id=process.id, kind=Kind.RESIDENTS, group_name="Buren"))
    store.flush()
    store.add(GroupMember(process_id=process.id, email="een@waterlanden.example"))
    fix(RoundFactory(process_id=process.id, state=RoundState.CLOSED, closed_at=LONG_AGO))
    store.execute(text("DELETE FROM audience_member"))


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
