"""What two people do in a vote, and what the desk does, by many at once: it happens once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import Conflict, NotAllowed
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes.keys import Receipt
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.letter_codes import LetterCode
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.letter_codes import CodeState
from participatie.votes.rules.rounds import GREEDY, Grade, RoundState
from participatie.votes.services import acts, closing, counting, letter_codes, publishing
from tests import factories, moments
from tests.factories import ClerkFactory, OptionFactory, RoundFactory, soon
from tests.votes.busy import at_once, cast, inside, rows

pytestmark = pytest.mark.database

WHY = "De brug was dicht; niet iedereen kon komen."
MANY = 8


@pytest.fixture
def clerks(site):
    """As many clerks as act at once; a vote that names nobody is for all of them."""
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        return [Actor(ClerkFactory().id, roles=frozenset({Role.CLERK})) for _ in range(MANY)]


def make_round(site, grade=Grade.COMMON):
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        made = RoundFactory(counting=GREEDY, grade=grade)
        for code in "abc":
            OptionFactory(round_id=made.id, code=code, cost=30_000_00)
        return int(made.id)


def end(site, round_id):
    with inside(site):
        moments.over(db.session, round_id)


def close(site, round_id):
    with inside(site):
        closing.close(round_id, actor=VISITOR, now=soon())
    return "closed"


def ask(site, round_id, act, actor, reason=""):
    with inside(site):
        asked = acts.ask(round_id, act, terms={}, reason=reason, actor=actor, now=soon())
        return asked.id, asked.subject_hash


def confirm(site, asked, actor):
    act_id, seen = asked
    with inside(site):
        acts.confirm(act_id, subject_hash=seen, actor=actor, now=soon())
    return "confirmed"


def at_its_end(site, round_id, asked, clerk):
    """What a closing, a breaking off and a cast give that come at once."""
    acting: list[Callable[[], object]] = [
        partial(close, site, round_id),
        partial(confirm, site, asked, clerk),
        partial(cast, site, round_id, "v1$een", uuid4()),
    ]
    return at_once(len(acting), lambda number: acting[number]())


def test_what_many_ask_and_many_confirm_at_once_is_asked_once_and_done_once(site, clerks):
    round_id = make_round(site)
    end(site, round_id)
    close(site, round_id)
    asked = at_once(MANY, lambda n: ask(site, round_id, Act.FINALISE, clerks[n]))
    (mine,) = [one for one in asked if isinstance(one, tuple)]
    assert sum(isinstance(one, Conflict) for one in asked) == MANY - 1

    said = at_once(MANY, lambda n: confirm(site, mine, clerks[n]))
    assert said.count("confirmed") == 1
    assert sum(isinstance(one, Conflict | NotAllowed) for one in said) == MANY - 1
    with inside(site):
        (done,) = db.session.scalars(select(VoteAct))
        assert done.confirmed_by != done.asked_by


def test_a_vote_that_is_broken_off_while_it_closes_is_one_of_both(site, clerks):
    for _ in range(6):
        round_id = make_round(site)
        asked = ask(site, round_id, Act.BREAK_OFF, clerks[0], WHY)
        end(site, round_id)
        closed, broken, late = at_its_end(site, round_id, asked, clerks[1])
        assert isinstance(late, Conflict)
        assert (closed == "closed") != (broken == "confirmed")
        with inside(site):
            state = db.session.scalars(
                select(VoteRound.state).where(VoteRound.id == round_id)
            ).one()
            kinds = Counter(
                db.session.scalars(select(BoardEntry.kind).where(BoardEntry.round_id == round_id))
            )
        assert state is (RoundState.CLOSED if closed == "closed" else RoundState.BROKEN_OFF)
        assert kinds[EntryKind.CLOSING] == (closed == "closed")


def test_a_vote_that_is_broken_off_during_a_rush_keeps_each_receipt_and_takes_none_after(
    site, clerks
):
    round_id = make_round(site)
    asked = ask(site, round_id, Act.BREAK_OFF, clerks[0], WHY)

    def one(number):
        if number == 10:
            return confirm(site, asked, clerks[1])
        return cast(site, round_id, f"v1${number}", uuid4())

    said = at_once(20, one)
    receipts = sum(isinstance(answer, Receipt) for answer in said)
    assert said[10] == "confirmed"
    assert receipts + sum(isinstance(answer, Conflict) for answer in said) == 19
    assert rows(site, Ballot) == receipts


def test_a_count_that_many_publish_at_once_is_published_once(site):
    round_id = make_round(site, Grade.LIGHT)
    end(site, round_id)
    close(site, round_id)
    with inside(site):
        counting.tally(round_id, keys=site.extensions["vote_keys"], now=soon())

    def publish(_):
        with inside(site):
            return publishing.publish_by_itself(round_id, actor=VISITOR, now=soon())

    assert at_once(MANY, publish).count(True) == 1
    assert rows(site, PublishedResult) == 1


def test_a_letter_that_many_desks_give_and_take_back_at_once_is_out_once(site, clerks):
    round_id, keys = make_round(site), site.extensions["vote_keys"]
    voter = keys.voter_key(round_id, "v1$een")

    def give(number):
        with inside(site):
            vote_round = db.session.get_one(VoteRound, round_id)
            return letter_codes.new_letter(
                vote_round, voter, keys=keys, actor=clerks[number], now=soon()
            ).code

    given = at_once(MANY, give)
    assert len({*given}) == MANY
    with inside(site):
        states = Counter(db.session.scalars(select(LetterCode.state)))
        assert states == {CodeState.OUT: 1, CodeState.REVOKED: MANY - 1}
        out = db.session.scalars(
            select(LetterCode.id).where(LetterCode.state == CodeState.OUT)
        ).one()

    def take_back(number):
        end_it = letter_codes.revoke if number % 2 else letter_codes.mark_returned
        with inside(site):
            end_it(db.session.get_one(LetterCode, out), actor=clerks[number], now=soon())
        return "taken back"

    assert at_once(MANY, take_back).count("taken back") == 1
