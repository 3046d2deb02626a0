"""Somebody at the desk who gives out more new codes than usual is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.db import db
from participatie.votes.models.letter_codes import CodeBatch
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.desk import LEAST, GivenOut, faster_than_usual, more_than_usual
from participatie.votes.rules.letter_codes import BatchKind, CodeKind
from participatie.votes.rules.rounds import Grade, RollKind
from participatie.votes.services import desk_watch
from tests.factories import LONG_AGO, ClerkFactory, OptionFactory, RoundFactory


@pytest.mark.parametrize(
    ("by_person", "letters", "noticed"),
    [
        ({1: 9}, 0, {}),
        ({1: 10}, 0, {1: 10}),
        ({1: 10}, 1000, {}),  # one in a hundred
        ({1: 11}, 1000, {1: 11}),
        ({1: 30, 2: 10}, 10_000, {}),
        ({1: 31, 2: 10}, 10_000, {1: 31}),
        ({1: 31, 2: 10, 3: 11}, 10_000, {}),
        ({1: 100, 2: 100}, 1000, {1: 100, 2: 100}),
        ({}, 1000, {}),
    ],
)
def test_ten_new_codes_or_more_that_stand_out_are_noticed(by_person, letters, noticed):
    assert more_than_usual(by_person, letters=letters) == noticed


@given(
    st.dictionaries(st.integers(1, 9), st.integers(1, 200), max_size=6),
    st.integers(0, 100_000),
    st.integers(1, 200),
)
def test_giving_out_more_never_makes_somebody_less_noticed(by_person, letters, more):
    for person, own in more_than_usual(by_person, letters=letters).items():
        assert own >= LEAST
        after = more_than_usual({**by_person, person: own + more}, letters=letters)
        assert person in after


@pytest.mark.parametrize(
    ("given", "is_noticed"),
    [
        (GivenOut(codes=400, in_an_hour=12, in_a_day=50), False),
        (GivenOut(codes=13, in_an_hour=13, in_a_day=13), True),
        (GivenOut(codes=51, in_an_hour=9, in_a_day=51), True),
    ],
)
def test_who_gives_letters_faster_than_one_can_help_people_is_noticed(given, is_noticed):
    calm = GivenOut(codes=1, in_an_hour=1, in_a_day=1)
    assert faster_than_usual({1: given, 2: calm}) == ({1: given.codes} if is_noticed else {})


def give_out(vote_round, person, number, kind=BatchKind.REISSUED, store=None, *, apart=timedelta()):
    for turn in range(number if kind is BatchKind.REISSUED else 1):
        made_at = LONG_AGO.replace(hour=8, minute=0) + turn * apart
        facts = {"printed": 1 if kind is BatchKind.REISSUED else number, "made_at": made_at}
        facts |= {"kind": kind, "code_kind": CodeKind.PERSONAL, "made_by": person.id}
        (store or db.session).add(CodeBatch(round_id=vote_round.id, **facts))
    (store or db.session).commit()


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_each_vote_is_looked_at_by_itself_and_only_new_codes_count():
    on_list = {"roll_kind": RollKind.UPLOAD}
    one, other = RoundFactory(title="Het park", **on_list), RoundFactory(**on_list)
    busy, calm = ClerkFactory(public_name="Quirine Post"), ClerkFactory()
    give_out(one, busy, 500, BatchKind.LETTERS)
    give_out(one, busy, 10)
    give_out(one, calm, 2)
    for vote_round in (one, other):
        give_out(vote_round, calm, 5)
    found = desk_watch.many_codes(VoteRound.id.in_([one.id, other.id]))
    assert found == [desk_watch.ManyCodes(one.id, "Het park", "Quirine Post", 10)]


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_where_everybody_may_log_in_a_desk_gives_letters_all_day():
    vote = RoundFactory(title="Het park", roll_kind=RollKind.OPEN)
    busy, hasty = ClerkFactory(), ClerkFactory(public_name="Quirine Post")
    give_out(vote, busy, 40, apart=timedelta(minutes=12))
    assert desk_watch.many_codes(VoteRound.id == vote.id) == []
    give_out(vote, hasty, 13, apart=timedelta(minutes=4))
    found = desk_watch.many_codes(VoteRound.id == vote.id)
    assert found == [desk_watch.ManyCodes(vote.id, "Het park", "Quirine Post", 13, True)]


@pytest.mark.database
def test_who_leads_the_vote_reads_it_on_the_work_list_and_the_run_sheet(store, log_in):
    clerk, desk = ClerkFactory(), ClerkFactory(public_name="Quirine Post")
    vote = RoundFactory(title="Het park", grade=Grade.COMMON, roll_kind=RollKind.UPLOAD)
    OptionFactory(round_id=vote.id, code="a")
    give_out(vote, desk, 12, store=store)
    browser = log_in(clerk)
    page = browser.get("/griffie").follow("Veel nieuwe codes door één persoon: “Het park”")
    assert "Quirine Post gaf in deze stemming 12 nieuwe codes uit" in page.main
