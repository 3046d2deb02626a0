"""Questions that divide money in other ways than one pot and a knapsack."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict, Invalid
from participatie.votes.counting.election import VoteType
from participatie.votes.counting.rules import Support
from participatie.votes.models.rounds import VoteOption, VoteQuestion
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import GREEDY, counting_rules
from participatie.votes.services.elections import election_of

COSTS = {"a": 60, "b": 40, "c": 41, "d": 5}


def knapsack(code="q", minimum=1, maximum=None, costs=COSTS, **money):
    options = {name: Option(name, name, cost) for name, cost in costs.items()}
    return Question(code, BallotKind.KNAPSACK, code, minimum, maximum, 100, options, **money)


def test_a_list_may_be_limited_in_number_beside_the_money():
    asked = knapsack(minimum=2, maximum=2)
    assert asked.check(["d", "b"]) == ("b", "d")
    with pytest.raises(Invalid, match="at least"):
        asked.check(["b"])
    with pytest.raises(Invalid, match="You may choose"):
        knapsack(maximum=1).check(["d", "b"])


def test_a_voter_may_have_to_spend_within_bounds():
    asked = knapsack(least_money=40, most_money=60)
    assert asked.check(["a"]) == ("a",)
    with pytest.raises(Invalid, match="Your list costs"):
        asked.check(["a", "d"])
    with pytest.raises(Invalid, match="at least"):
        asked.check(["d"])
    assert list(knapsack(least_money=90, most_money=80).faults())
    assert list(knapsack(most_money=101).faults())


def test_who_may_choose_in_one_area_does_not_choose_in_two():
    north, south = knapsack("noord", 0), knapsack("zuid", 0, costs={"z": 10})
    paper = Paper((north, south), most_answered=1)
    assert paper.check([["a"], []]) == (("a",), ())
    with pytest.raises(Invalid, match="You chose in 2 areas"):
        paper.check([["a"], ["z"]])
    assert Paper((north, south)).check([["a"], ["z"]]) == (("a",), ("z",))


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"])),
    st.lists(st.sampled_from(["z", "y"])),
    st.integers(1, 3),
    st.integers(1, 100),
)
def test_whatever_is_accepted_keeps_to_the_frozen_rules(north, south, most, money):
    asked = (
        knapsack("noord", 0, most, most_money=money),
        knapsack("zuid", 0, costs={"z": 10, "y": 95}),
    )
    try:
        choice = Paper(asked, most_answered=1).check([north, south])
    except (Invalid, Conflict):
        return
    assert sum(map(bool, choice)) == 1
    for question, answer in zip(asked, choice, strict=True):
        assert len(answer) == len(set(answer)) <= question.most
        assert sum(question.options[code].cost for code in answer) <= question.money


def asked_of(kind):
    options = [VoteOption(code=code, title=code, cost=cost) for code, cost in COSTS.items()]
    return VoteQuestion(code="q", kind=kind, budget=100, options=options)


def test_who_left_an_area_empty_takes_no_part_in_its_count():
    election = election_of(asked_of(BallotKind.KNAPSACK), answers={("a",): 3, (): 7})
    assert (election.voters, election.votes) == (3, (3, 0, 0, 0))


def test_points_and_orders_count_as_what_they_are():
    pointed = election_of(asked_of(BallotKind.POINTS), answers={("a=3", "c=1"): 2, ("c=4",): 1})
    assert pointed.vote_type is VoteType.CUMULATIVE
    assert pointed.ballots.points is not None
    assert pointed.ballots.points.tolist() == [3, 1, 4]
    ordered = election_of(asked_of(BallotKind.RANKING), answers={("c", "a"): 2})
    assert ordered.vote_type is VoteType.ORDINAL
    assert ordered.ballots.choices.tolist() == [2, 0]


def test_a_count_can_be_set_up_with_support_groups_and_comparison():
    rules = counting_rules(
        {**GREEDY, "threshold": ["percent", "5/2"], "exclusive": [["a", "b"]], "comparison": True}
    )
    assert rules.threshold is not None
    assert (rules.threshold.kind, rules.threshold.value) == (Support.PERCENT, Fraction(5, 2))
    assert rules.exclusive == (frozenset({"a", "b"}),)
    with pytest.raises(Invalid):
        counting_rules({**GREEDY, "threshold": ["luck", "1"]})
