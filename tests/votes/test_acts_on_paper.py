"""Two people and paper: both see it, and none comes after them."""

from __future__ import annotations

import pytest

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.identity.rules import VISITOR
from participatie.votes.models.letter_codes import CodeBatch
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.letter_codes import BatchKind, CodeKind
from participatie.votes.rules.paper_ballots import Typed
from participatie.votes.services import (
    paper_ballots,
)
from tests.votes.steps import NOW, loaded, make_round
from tests.votes.two_people import WHY, ask, closed, confirm

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def with_paper(common, people, keys, papers):
    """A closed vote for which one paper was given out, with a pile of `papers` typed twice."""
    vote_round = common()
    key = keys.voter_key(vote_round.id, "v1$een")
    paper_ballots.give_paper(loaded(vote_round.id), key, actor=people[0], now=NOW)
    closed(vote_round)
    fresh = loaded(vote_round.id)
    pile = paper_ballots.begin_pile(fresh, papers, actor=people[0], now=NOW)
    for actor in (people[0], people[2]):
        for number in range(1, papers + 1):
            typed = Typed((("0",),), None)
            paper_ballots.type_paper(pile, fresh, number, typed, actor=actor)
    return fresh, pile


def test_both_people_see_the_papers_and_none_comes_after_them(keys, common, people):
    vote_round, pile = with_paper(common, people, keys, 1)
    with pytest.raises(Conflict, match="typed twice"):
        ask(vote_round, Act.FINALISE, people[0])
    paper_ballots.agree(pile, vote_round, actor=people[0], now=NOW)
    asked = ask(vote_round, Act.FINALISE, people[0])
    assert asked.facts["papers"] == {"given": 1, "typed": 1}
    confirm(asked, people[1])
    with pytest.raises(Conflict, match="before it is counted"):
        paper_ballots.begin_pile(vote_round, 1, actor=people[0], now=NOW)


def test_a_pile_that_comes_between_two_people_is_seen(keys, common, people):
    vote_round, pile = with_paper(common, people, keys, 1)
    paper_ballots.agree(pile, vote_round, actor=people[0], now=NOW)
    asked = ask(vote_round, Act.FINALISE, people[0])
    paper_ballots.begin_pile(vote_round, 1, actor=people[0], now=NOW)
    with pytest.raises(Conflict):
        confirm(asked, people[1])


def test_more_papers_than_were_given_out_are_not_finalised(keys, common, people):
    vote_round, pile = with_paper(common, people, keys, 2)
    paper_ballots.agree(pile, vote_round, actor=people[0], now=NOW)
    with pytest.raises(Conflict, match="more papers"):
        ask(vote_round, Act.FINALISE, people[0])


def test_a_vote_of_the_grade_licht_has_no_piles(people):
    vote_round = loaded(closed(make_round()).id)
    with pytest.raises(Conflict, match="no paper"):
        paper_ballots.begin_pile(vote_round, 1, actor=people[0], now=NOW)


def test_a_pile_with_a_wrong_number_is_taken_back_and_typed_again(keys, common, people):
    vote_round, pile = with_paper(common, people, keys, 2)
    paper_ballots.agree(pile, vote_round, actor=people[0], now=NOW)
    with pytest.raises(Invalid, match="Write a reason"):
        paper_ballots.withdraw_pile(pile, vote_round, reason="", actor=people[0], now=NOW)
    with pytest.raises(NotAllowed):
        paper_ballots.withdraw_pile(pile, vote_round, reason=WHY, actor=VISITOR, now=NOW)
    paper_ballots.withdraw_pile(pile, vote_round, reason=WHY, actor=people[0], now=NOW)
    with pytest.raises(Conflict, match="taken back already"):
        paper_ballots.withdraw_pile(pile, vote_round, reason=WHY, actor=people[0], now=NOW)
    assert list(db.session.scalars(letter_queries.piles(vote_round.id))) == []
    again = paper_ballots.begin_pile(vote_round, 1, actor=people[0], now=NOW)
    for actor in (people[0], people[2]):
        paper_ballots.type_paper(again, vote_round, 1, Typed((("0",),), None), actor=actor)
    paper_ballots.agree(again, vote_round, actor=people[0], now=NOW)
    confirm(ask(vote_round, Act.FINALISE, people[0]), people[1])
    with pytest.raises(Conflict, match="before it is counted"):
        paper_ballots.withdraw_pile(again, vote_round, reason=WHY, actor=people[0], now=NOW)


def test_letters_that_do_not_add_up_are_not_finalised(keys, common, people):
    vote_round = closed(common())
    batch = {"kind": BatchKind.LETTERS, "code_kind": CodeKind.PERSONAL, "made_at": NOW}
    db.session.add(CodeBatch(round_id=vote_round.id, printed=3, made_by=people[0].id, **batch))
    db.session.flush()
    with pytest.raises(Conflict, match="batch of letters does not add up"):
        ask(vote_round, Act.FINALISE, people[0])
