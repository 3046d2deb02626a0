"""Piles that two people count by hand: into the count, the board and the protocol."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.identity.rules import VISITOR
from participatie.votes import verify_poll
from participatie.votes.models.paper_ballots import HandCount
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.hand_counts import Totals, TotalsDifference
from participatie.votes.rules.rounds import Channel, Grade
from participatie.votes.services import (
    acts,
    board,
    closing,
    counting,
    hand_counts,
    paper_ballots,
    rolls,
)
from participatie.votes.services.casting import paper
from participatie.votes.services.protocols import protocol
from tests import moments
from tests.factories import ClerkFactory
from tests.votes.folders import CLOSES, checks, opened, unpack
from tests.votes.polls import ONE, SEVERAL, make_poll
from tests.votes.steps import CLERK, NOW, cast_answers, finalise, loaded
from tests.votes.two_people import actor_of, both

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

PAPERS = 10


def totals(a: int = 4, b: int = 3, c: int = 1, *, blank: int = 1, invalid: int = 1) -> dict:
    votes = {"v1a": a, "v1b": b, "v1c": c}
    return {"v1": Totals(PAPERS, invalid=invalid, blank=blank, votes=votes)}


def closed_poll(keys, *questions, papers: int = PAPERS) -> VoteRound:
    """A closed vote in which twelve people voted online and the desk gave out papers."""
    made = opened(loaded(make_poll(db.session, *questions, grade=Grade.COMMON).id))
    for number in range(12):
        given = [["v1" + "abc"[number % 3]], *([] for _ in questions[1:])]
        cast_answers(made, given, keys=keys, voter=f"v1${number}")
    rolls.put_on_roll(made.id, [bytes([n]) * 32 for n in range(papers)], Channel.PAPER)
    for _ in range(papers):
        board.write(made.id, EntryKind.PAPER, {"overrides": False})
    db.session.execute(
        text("UPDATE roll SET version = 1 WHERE channel = 'paper' AND round_id = :round"),
        {"round": made.id},
    )
    moments.over(db.session, made.id, at=CLOSES)
    db.session.expire_all()
    closing.close(made.id, actor=VISITOR, now=NOW)
    db.session.commit()
    return loaded(made.id)


def clerk():
    return actor_of(ClerkFactory())


def begin(vote: VoteRound):
    return paper_ballots.begin_pile(vote, PAPERS, by_hand=True, actor=CLERK, now=NOW)


def counted(vote: VoteRound, *found: dict):
    """A pile of which each person found something."""
    pile = begin(vote)
    for one in found:
        hand_counts.enter(pile, vote, one, actor=clerk())
    return pile


def test_two_people_who_counted_the_same_close_a_pile_and_it_is_counted(keys):
    vote = closed_poll(keys)
    pile = counted(vote, totals(), totals())
    paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    finalise(vote)
    [tally] = counting.tally(vote.id, keys=keys, now=NOW)
    assert tally.result["scores"] == {"v1a": 8, "v1b": 7, "v1c": 5}
    assert tally.ballots == 20, "twelve online and eight papers with an answer"


def test_where_two_people_differ_every_line_is_named_and_the_pile_stays_open(keys):
    vote = closed_poll(keys)
    pile = begin(vote)
    one, other = clerk(), clerk()
    hand_counts.enter(pile, vote, totals(), actor=one)
    assert hand_counts.compare(pile, paper(vote.id)) is None
    with pytest.raises(Conflict, match="differences"):
        paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    hand_counts.enter(pile, vote, totals(a=3, b=4), actor=other)
    differ = [TotalsDifference("option/v1a", 4, 3), TotalsDifference("option/v1b", 3, 4)]
    assert hand_counts.compare(pile, paper(vote.id)) == {"v1": differ}
    with pytest.raises(Conflict, match="differences"):
        paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    with pytest.raises(Conflict, match="typed twice"):
        paper_ballots.counted_piles(vote.id, paper(vote.id))
    hand_counts.enter(pile, vote, totals(), actor=other)
    paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)


def test_totals_account_for_every_paper_and_come_from_two_people(keys):
    vote = closed_poll(keys)
    pile = begin(vote)
    with pytest.raises(Invalid, match="9 together, and the pile has 10 papers"):
        hand_counts.enter(pile, vote, totals(blank=0), actor=clerk())
    for found in (totals(), totals()):
        hand_counts.enter(pile, vote, found, actor=clerk())
    with pytest.raises(NotAllowed):
        hand_counts.enter(pile, vote, totals(), actor=clerk())


def test_an_agreed_count_is_not_changed_whoever_tries(keys):
    vote = closed_poll(keys)
    pile = counted(vote, totals(), totals())
    paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        hand_counts.enter(pile, vote, totals(), actor=clerk())
    with pytest.raises(IntegrityError, match="both found the same"):
        db.session.execute(update(HandCount).values(number=9))
    db.session.rollback()


def test_only_questions_with_one_answer_are_counted_by_hand(keys):
    vote = closed_poll(keys, ONE, SEVERAL)
    with pytest.raises(Conflict, match="more than one answer"):
        begin(vote)


def test_more_papers_than_were_given_out_are_not_finalised(keys, people):
    vote = closed_poll(keys, papers=7)
    pile = counted(vote, totals(), totals())
    paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    with pytest.raises(Conflict, match="more papers in piles than were given out"):
        acts.ask(vote.id, Act.FINALISE, terms={}, reason="", actor=people[0], now=NOW)


def test_the_folder_and_the_protocol_say_how_papers_were_taken_in(
    keys, few, people, tmp_path, capsys
):
    vote = closed_poll(keys)
    pile = counted(vote, totals(), totals())
    paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)
    finalise(vote)
    counting.tally(vote.id, keys=keys, now=NOW)
    both(loaded(vote.id), Act.PUBLISH, people, is_final=True)
    assert [one.by_hand for one in protocol(vote.id).piles] == [True]
    unpack(vote.id, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    assert verify_poll.main([str(tmp_path)]) == 0
    path = tmp_path / "results.jsonl"
    assert '"way":"counted"' in path.read_text()
