from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict, IllegalTransition, Invalid
from participatie.core.states import advance
from participatie.votes.counting.rules import Rule, TieRule
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import (
    GREEDY,
    TRANSITIONS,
    RoundState,
    counting_rules,
    fingerprint,
)

PLANS = {
    code: Option(code, f"Plan {code}", cost)
    for code, cost in {"a": 40_000_00, "b": 60_000_00, "c": 60_000_01, "free": 0}.items()
}


def asking(budget: int, options: dict[str, Option]) -> Paper:
    kind = BallotKind.KNAPSACK
    return Paper((Question("plans", kind, "Welke plannen?", 1, None, budget, options),))


PAPER = asking(100_000_00, PLANS)


@pytest.mark.parametrize(
    ("chosen", "written"),
    [(["a"], ("a",)), (["b", "a"], ("a", "b")), (["free", "b", "a"], ("a", "b", "free"))],
)
def test_a_list_within_the_budget_is_a_ballot_in_one_order(chosen, written):
    assert PAPER.check([chosen]) == (written,)


@pytest.mark.parametrize(
    ("chosen", "error", "words"),
    [
        ([], Invalid, "at least one"),
        (["a", "a"], Invalid, "twice"),
        (["a", "x"], Conflict, "not on the ballot"),
        (["a", "c"], Invalid, "€\u00a0100.000,01"),
    ],
)
def test_a_list_that_is_no_ballot_is_refused_with_what_to_change(chosen, error, words):
    with pytest.raises(error, match=words):
        PAPER.check([chosen])


@given(
    costs=st.lists(st.integers(0, 50), min_size=1, max_size=8),
    budget=st.integers(1, 120),
    data=st.data(),
)
def test_any_accepted_ballot_satisfies_the_frozen_rules(costs, budget, data):
    options = {str(i): Option(str(i), f"Plan {i}", cost) for i, cost in enumerate(costs)}
    chosen = data.draw(st.lists(st.sampled_from([*options, "elsewhere"]), max_size=9))
    try:
        [ballot] = asking(budget, options).check([chosen])
    except (Invalid, Conflict):
        refused = not chosen or len(set(chosen)) < len(chosen) or "elsewhere" in chosen
        assert refused or sum(options[c].cost for c in chosen) > budget
    else:
        assert set(ballot) == set(chosen) <= set(options)
        assert len(ballot) == len(chosen) > 0
        assert list(ballot) == sorted(ballot)
        assert sum(options[c].cost for c in ballot) <= budget


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (RoundState.DRAFT, RoundState.CLOSED),
        (RoundState.OPEN, RoundState.COUNTED),
        (RoundState.OPEN, RoundState.DRAFT),
        (RoundState.COUNTED, RoundState.CLOSED),
        (RoundState.CLOSED, RoundState.PUBLISHED),
        (RoundState.PUBLISHED, RoundState.COUNTED),
        (RoundState.CLOSED, RoundState.BROKEN_OFF),
        (RoundState.BROKEN_OFF, RoundState.CLOSED),
    ],
)
def test_a_round_never_goes_back_and_skips_nothing(source, target):
    with pytest.raises(IllegalTransition):
        advance(TRANSITIONS, source, target)


def test_the_settings_of_a_round_become_rules_of_the_count():
    rules = counting_rules({**GREEDY, "lot": ["b", "a"]})
    assert rules.rule is Rule.GREEDY
    assert rules.ties == (TieRule.COST, TieRule.VOTES, TieRule.LOT)
    assert rules.lot == ("b", "a")


@pytest.mark.parametrize(
    "settings",
    [{}, {"rule": "lottery"}, {"rule": "greedy", "ties": ["name"]}, {**GREEDY, "friends": 1}],
)
def test_settings_that_the_count_does_not_know_are_refused(settings: dict[str, Any]):
    with pytest.raises(Invalid):
        counting_rules(settings)


def test_the_fingerprint_does_not_depend_on_the_order_of_keys():
    moment = datetime(2027, 3, 1, tzinfo=UTC).timestamp()
    assert fingerprint({"a": moment, "b": "é"}) == fingerprint({"b": "é", "a": moment})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
