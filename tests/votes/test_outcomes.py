from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.votes.counting.rules import Rule, Rules, TieRule
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.outcomes import Method, Outcome, check_method, election_of, outcome

RUNOFF = Rules(rule=Rule.INSTANT_RUNOFF, ties=(TieRule.LOT,), lot=("d", "c", "b", "a"))


def asked(kind, **settings) -> Question:
    settings = {"minimum": 0, "maximum": None, "budget": None, **settings}
    options = {code: Option(code, f"Keuze {code}") for code in "abcd"}
    return Question("vraag", BallotKind(kind), "Wat wilt u?", options=options, **settings)


def test_of_one_choice_the_votes_are_counted():
    found = outcome(asked("single"), {("a",): 3, ("b",): 5, (): 2})
    assert (found.answered, found.blank) == (8, 2)
    assert found.scores == {"a": 3, "b": 5, "c": 0, "d": 0}
    assert found.first == ("b",)
    assert found.ranked == ["b", "a", "c", "d"]


def test_options_that_are_equal_stand_first_together():
    assert outcome(asked("multiple"), {("a", "b"): 2, ("c",): 1}).first == ("a", "b")


def test_of_an_order_the_first_place_is_worth_as_many_points_as_there_are_places():
    found = outcome(asked("ranking", maximum=3), {("a", "b", "c"): 2, ("b",): 3})
    assert found.scores == {"a": 6, "b": 13, "c": 2, "d": 0}
    assert found.method is Method.ORDER


def test_points_are_added():
    found = outcome(asked("points", maximum=10), {("a=3", "b=7"): 2, ("b=1",): 1, (): 4})
    assert found.scores == {"a": 6, "b": 15, "c": 0, "d": 0}
    assert (found.answered, found.blank) == (3, 4)


def test_of_open_answers_the_number_is_told_and_no_text():
    found = outcome(asked("open"), {("Meer bomen",): 1, ("Minder bomen",): 2, (): 1})
    assert (found.answered, found.blank, found.scores) == (3, 1, {})
    assert "bomen" not in str(found.to_json())


@pytest.mark.parametrize("kind", sorted(set(BallotKind) - {BallotKind.KNAPSACK}))
def test_without_an_answer_nothing_stands_first(kind):
    nobody: list[dict[tuple[str, ...], int]] = [{}, {(): 3}]
    for choices in nobody:
        found = outcome(asked(kind), choices)
        assert found.first == ()
        assert set(found.scores.values()) <= {0}


# The run-off


def test_in_the_run_off_the_last_of_the_ballots_move_to_their_next_choice():
    choices: dict[tuple[str, ...], int] = {("a", "b"): 4, ("b", "c"): 3, ("c", "b"): 2}
    found = outcome(asked("ranking"), choices, rules=RUNOFF)
    assert found.first == ("b",)
    assert found.scores == {"a": 4, "b": 5, "c": 2, "d": 0}
    assert found.dropped == {"a": 2, "c": 1, "d": 0}
    assert found.ranked == ["b", "a", "c", "d"]


def test_a_run_off_without_an_answer_has_no_winner():
    found = outcome(asked("ranking"), {(): 2}, rules=RUNOFF)
    assert (found.first, found.blank) == ((), 2)


def test_a_run_off_that_cannot_tell_who_drops_out_has_no_outcome():
    rules = Rules(rule=Rule.INSTANT_RUNOFF, ties=())
    with pytest.raises(UndecidedTie):
        outcome(asked("ranking"), {("a",): 1, ("b",): 1}, rules=rules)


def test_only_an_order_is_counted_in_rounds():
    check_method(asked("ranking"), RUNOFF)
    with pytest.raises(Invalid):
        check_method(asked("single"), RUNOFF)


# Whatever was cast

KINDS = st.sampled_from(["single", "multiple", "ranking", "points"])


@st.composite
def polls(draw):
    question = asked(draw(KINDS), maximum=draw(st.integers(1, 4)))
    number = st.integers(0, 3).map(str)
    if question.kind is BallotKind.POINTS:
        given_answers = st.lists(
            st.tuples(st.sampled_from("abcd"), number), max_size=2, unique=True
        )
        tried = draw(st.lists(given_answers.map(lambda g: [f"{c}={n}" for c, n in g]), max_size=8))
    else:
        tried = draw(st.lists(st.lists(st.sampled_from("abcd"), unique=True), max_size=8))
    choices: Counter[tuple[str, ...]] = Counter()
    for one in tried:
        try:
            choices[question.check(one)] += 1
        except Invalid:
            continue
    return question, choices


@given(polls())
def test_no_ballot_is_lost_or_counted_twice(poll):
    question, choices = poll
    found = outcome(question, choices)
    assert found.answered + found.blank == choices.total()
    assert found.scores.keys() == question.options.keys()
    if question.kind is BallotKind.SINGLE:
        assert sum(found.scores.values()) == found.answered
    assert all(found.scores[code] == max(found.scores.values()) for code in found.first)
    assert sorted(found.ranked) == sorted(found.scores)


@given(polls())
def test_the_order_of_ballots_changes_nothing_and_what_is_stored_reads_back(poll):
    question, choices = poll
    found = outcome(question, choices)
    assert outcome(question, dict(reversed(choices.items()))) == found
    assert Outcome.from_json(found.to_json()) == found


@given(polls())
def test_the_winner_of_a_run_off_has_at_least_half_of_what_still_counts(poll):
    question, choices = poll
    if question.kind is not BallotKind.RANKING:
        return
    found = outcome(question, choices, rules=RUNOFF)
    assert len(found.first) == (1 if found.answered else 0)
    if not found.first:
        return
    last = max(found.dropped.values())
    counted = sum(s for code, s in found.scores.items() if found.dropped.get(code, last) == last)
    assert 2 * found.scores[found.first[0]] >= counted


def test_an_election_of_points_keeps_the_points_of_each_ballot():
    election = election_of(asked("points", maximum=10), {("a=3", "b=7"): 2})
    assert election.voters == 2
    assert election.ballots.points is not None
    assert election.ballots.points.tolist() == [3, 7]
