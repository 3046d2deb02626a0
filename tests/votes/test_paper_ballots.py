"""Paper in the ballot box: it replaces a vote online, and two people find the same on it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes.keys import LocalKeys
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.paper_ballots import PaperPile
from participatie.votes.models.rounds import Roll
from participatie.votes.queries import board as board_queries
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.paper_ballots import Fault, Typed, Validity
from participatie.votes.rules.rounds import Channel, Grade, RollKind, RoundState, Voter
from participatie.votes.services import board, counting, paper_ballots, rolls
from participatie.votes.services.casting import cast, paper
from tests import moments
from tests.factories import ClerkFactory
from tests.votes.letters import CLERK, NOW, closed_round, loaded, opened
from tests.votes.steps import finalise

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

VOTER = b"v" * 32


@pytest.fixture
def keys(tmp_path):
    return LocalKeys(tmp_path)


@pytest.fixture
def vote_round(keys):
    """An open vote with a closed roll of one voter."""
    made = closed_round(RollKind.UPLOAD, grade=Grade.COMMON)
    rolls.put_on_roll(made.id, [VOTER], Channel.LOGIN)
    return opened(made, keys)


@pytest.fixture
def closed(keys):
    made = opened(closed_round(RollKind.OPEN, grade=Grade.COMMON), keys)
    moments.over(db.session, made.id, at=NOW)
    made.state, made.closed_at = RoundState.CLOSED, NOW
    db.session.flush()
    return loaded(made.id)


def typist():
    return Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))


def vote(vote_round, keys, chosen="a"):
    voter = Voter(VOTER, Channel.LOGIN)
    cast(vote_round.id, [[chosen]], voter=voter, press=uuid4(), keys=keys, owner=None)
    db.session.commit()


def give(vote_round, voter=VOTER, actor=CLERK):
    return paper_ballots.give_paper(vote_round, voter, actor=actor, now=NOW)


def row():
    return db.session.scalars(
        select(Roll).where(Roll.voter_key == VOTER), execution_options={"populate_existing": True}
    ).one()


# At the desk


def test_who_votes_on_paper_is_on_the_roll_with_that_channel(vote_round):
    assert give(vote_round) is False
    assert (row().version, row().channel) == (1, Channel.PAPER)


def test_paper_replaces_a_vote_that_came_in(vote_round, keys):
    vote(vote_round, keys)
    assert give(vote_round) is True
    rows = db.session.execute(board_queries.ballots_with_entries(vote_round.id)).all()
    assert [row.channel for row in rows] == [Channel.PAPER]


def test_after_paper_nobody_votes_online(vote_round, keys):
    give(vote_round)
    db.session.commit()
    with pytest.raises(Conflict, match="paper"):
        vote(vote_round, keys)
    assert row().channel is Channel.PAPER


def test_nobody_gets_two_papers(vote_round):
    give(vote_round)
    with pytest.raises(Conflict, match="already"):
        give(vote_round)


def test_who_is_not_on_a_closed_roll_gets_no_paper(vote_round):
    with pytest.raises(NotAllowed, match="not on the list"):
        give(vote_round, b"w" * 32)


def test_on_an_open_roll_anybody_with_a_right_gets_paper(keys):
    anyone = opened(closed_round(RollKind.OPEN, grade=Grade.COMMON), keys)
    assert give(anyone) is False
    assert row().channel is Channel.PAPER


def test_only_the_desk_gives_paper_and_only_while_the_vote_is_open(vote_round, closed):
    with pytest.raises(NotAllowed):
        give(vote_round, actor=VISITOR)
    with pytest.raises(Conflict, match="not open"):
        give(closed)


def test_the_board_tells_of_paper_and_not_whose_it_was(vote_round, keys):
    vote(vote_round, keys)
    give(vote_round)
    entry = db.session.scalars(select(BoardEntry).where(BoardEntry.kind == EntryKind.PAPER)).one()
    assert entry.body == {"kind": "paper", "overrides": True}


def test_a_vote_that_counts_itself_has_no_paper(keys):
    light = opened(closed_round(RollKind.OPEN, grade=Grade.LIGHT), keys)
    with pytest.raises(Conflict, match="no paper"):
        give(light)


# Typing the papers


@pytest.fixture
def pile(closed):
    return paper_ballots.begin_pile(closed, 2, actor=CLERK, now=NOW)


def type_in(pile, closed, number, answers, actor, *, fault=None):
    return paper_ballots.type_paper(pile, closed, number, Typed((answers,), fault), actor=actor)


def test_two_people_who_find_the_same_close_a_pile(pile, closed):
    for actor in (typist(), typist()):
        type_in(pile, closed, 1, ("a",), actor)
        type_in(pile, closed, 2, ("c", "b"), actor)
    paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)
    [found] = paper_ballots.counted_piles(closed.id, paper(closed.id))
    assert (found.ballots, found.answers) == (2, [{("a",): 1, ("b", "c"): 1}])


def test_differences_keep_a_pile_open_and_are_named(pile, closed):
    one, other = typist(), typist()
    type_in(pile, closed, 1, ("a",), one)
    type_in(pile, closed, 1, ("b",), other)
    type_in(pile, closed, 2, ("a",), one)
    assert [found.number for found in paper_ballots.compare(pile, paper(closed.id))] == [1, 2]
    with pytest.raises(Conflict, match="differences"):
        paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)
    type_in(pile, closed, 1, ("a",), other)
    type_in(pile, closed, 2, ("a",), other)
    paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)


def test_a_pile_with_a_paper_that_nobody_typed_stays_open(pile, closed):
    for actor in (typist(), typist()):
        type_in(pile, closed, 1, ("a",), actor)
    assert [found.number for found in paper_ballots.compare(pile, paper(closed.id))] == [2]


def test_nobody_counts_before_every_pile_is_agreed_on(pile, closed):
    with pytest.raises(Conflict, match="typed twice"):
        paper_ballots.counted_piles(closed.id, paper(closed.id))


def test_what_does_not_count_is_said_at_once_and_not_counted(pile, closed):
    for actor in (typist(), typist()):
        assert type_in(pile, closed, 1, ("x",), actor).validity is Validity.INVALID
        assert type_in(pile, closed, 2, (), actor, fault=Fault.NAMED).validity is Validity.INVALID
    paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)
    [found] = paper_ballots.counted_piles(closed.id, paper(closed.id))
    assert (found.ballots, found.answers) == (0, [{}])


def test_an_agreed_pile_is_not_changed(pile, closed):
    one, other = typist(), typist()
    for actor in (one, other):
        for number in (1, 2):
            type_in(pile, closed, number, (), actor)
    paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)
    with pytest.raises(Conflict, match="nobody changes"):
        type_in(pile, closed, 1, ("a",), one)
    with pytest.raises(Conflict, match="closed already"):
        paper_ballots.agree(pile, closed, actor=CLERK, now=NOW)


def test_a_third_person_types_nothing(pile, closed):
    for actor in (typist(), typist()):
        type_in(pile, closed, 1, (), actor)
    with pytest.raises(NotAllowed, match="Two others"):
        type_in(pile, closed, 1, (), typist())


def test_the_database_wants_two_different_people(pile, closed):
    same = typist()
    type_in(pile, closed, 1, (), same)
    stored = db.session.get_one(PaperPile, pile.id)
    stored.second_id = same.id
    with pytest.raises(IntegrityError, match="different_people"):
        db.session.flush()


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_paper_has_a_number_of_its_pile(pile, closed, number):
    with pytest.raises(Invalid) as refusal:
        type_in(pile, closed, number, (), typist())
    assert refusal.value.field == "number"


@pytest.mark.parametrize("papers", [0, 501])
def test_a_pile_is_as_high_as_two_people_can_type(closed, papers):
    with pytest.raises(Invalid) as refusal:
        paper_ballots.begin_pile(closed, papers, actor=CLERK, now=NOW)
    assert refusal.value.field == "papers"


def test_papers_are_typed_after_closing_only_and_by_the_team(vote_round, closed):
    with pytest.raises(Conflict, match="after the vote has closed"):
        paper_ballots.begin_pile(vote_round, 1, actor=CLERK, now=NOW)
    with pytest.raises(NotAllowed):
        paper_ballots.begin_pile(closed, 1, actor=VISITOR, now=NOW)


def test_what_stands_on_paper_is_counted_with_the_rest(vote_round, keys):
    vote(vote_round, keys, "a")
    board.take_up(vote_round.id, all_of_them=True)
    fresh = loaded(vote_round.id)
    moments.over(db.session, fresh.id, at=NOW)
    fresh.state, fresh.closed_at = RoundState.CLOSED, NOW
    db.session.flush()
    pile = paper_ballots.begin_pile(fresh, 3, actor=CLERK, now=NOW)
    for actor in (typist(), typist()):
        for number, answers in enumerate((("a",), ("b", "a"), ()), 1):
            type_in(pile, fresh, number, answers, actor)
    paper_ballots.agree(pile, fresh, actor=CLERK, now=NOW)
    finalise(fresh)
    made = counting.tally(fresh.id, keys=keys, now=NOW)
    assert made[0].result["votes"] == {"a": 3, "b": 1, "c": 0}
    assert made[0].ballots == 3
