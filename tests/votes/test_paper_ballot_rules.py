"""Paper ballots: when one counts, and what two people who typed a pile must look at again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules.hand_counts import Totals, TotalsDifference, total_differences
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.paper_ballots import (
    Difference,
    Fault,
    Judged,
    Typed,
    Validity,
    differences,
    from_numbers,
    judge,
)
from participatie.votes.rules.papers import Paper, QuestionGroup


def at_most(code: str, most: int) -> Question:
    """A question of which at most `most` of the options a to d may be marked."""
    options = {option: Option(option, option.upper(), cost=1) for option in "abcd"}
    return Question(code, BallotKind.KNAPSACK, code, 1, None, budget=most, options=options)


QUESTIONS = (at_most("one", 1), at_most("two", 2))


def test_a_paper_with_marks_in_too_many_areas_counts_in_none_of_those():
    three = (*QUESTIONS, at_most("three", 2))
    paper = Paper(
        three, 2, (QuestionGroup("", 1, ("one", "two")), QuestionGroup("", 1, ("three",)))
    )
    found = judge(paper, Typed((("a",), ("b",), ("c",))))
    assert found == Judged(Validity.PARTLY, ((), (), ("c",)), frozenset({"one", "two"}))
    assert judge(paper, Typed((("a",), (), ("c",)))).choice == (("a",), (), ("c",))
    assert judge(Paper(QUESTIONS, 1), Typed((("a",), ("b",)))).validity is Validity.INVALID


def judged(*answers, fault=None) -> Judged:
    return judge(Paper(QUESTIONS), Typed(answers, fault))


def test_a_paper_counts_as_it_is_marked():
    assert judged(("a",), ("b", "a")) == Judged(Validity.VALID, (("a",), ("a", "b")))


def test_a_question_without_a_mark_is_blank_and_makes_nothing_invalid():
    assert judged((), ("b",)) == Judged(Validity.VALID, ((), ("b",)))
    assert judged((), ("",)) == Judged(Validity.BLANK, ((), ()))


def test_too_many_marks_make_that_question_invalid_and_no_other():
    expected = Judged(Validity.PARTLY, ((), ("c",)), frozenset({"one"}))
    assert judged(("a", "b"), ("c",)) == expected


def test_what_cannot_be_read_and_what_is_not_on_the_ballot_does_not_count():
    assert judged(None, ("x",)).validity is Validity.INVALID
    assert judged(None, ()) == Judged(Validity.PARTLY, ((), ()), frozenset({"one"}))


def test_a_paper_that_is_not_ours_or_shows_whose_it_is_does_not_count():
    for fault in Fault:
        found = judged(("a",), ("b",), fault=fault)
        assert found == Judged(Validity.INVALID, ((), ()), frozenset({"one", "two"}))


answers = st.none() | st.lists(st.sampled_from("abcdx"), max_size=3, unique=True).map(tuple)
typed = st.builds(Typed, st.tuples(answers, answers), st.none() | st.sampled_from(Fault))
piles = st.dictionaries(st.integers(1, 30), typed)


@given(typed)
def test_what_counts_is_always_an_answer_that_the_question_allows(paper):
    found = judge(Paper(QUESTIONS), paper)
    for question, answer in zip(QUESTIONS, found.choice, strict=True):
        assert not answer or question.check(answer) == answer
        assert not (answer and question.code in found.refused)


@given(piles)
def test_a_pile_that_was_typed_the_same_twice_is_done(pile):
    found = {number: judge(Paper(QUESTIONS), paper) for number, paper in pile.items()}
    assert differences(found, dict(reversed(found.items()))) == []


@given(piles, piles)
def test_every_paper_that_was_typed_otherwise_is_named_once(one, other):
    first = {number: judge(Paper(QUESTIONS), paper) for number, paper in one.items()}
    second = {number: judge(Paper(QUESTIONS), paper) for number, paper in other.items()}
    named = [found.number for found in differences(first, second)]
    assert named == sorted(set(named))
    for number in first.keys() | second.keys():
        assert (number in named) == (first.get(number) != second.get(number))


def test_a_difference_names_the_questions_it_is_about():
    one, other = judged(("a",), ("b",)), judged(("a",), ("c",))
    assert list(Difference(7, one, other).questions(QUESTIONS)) == ["two"]
    unclear = judged(("a",), None)
    assert list(Difference(7, judged(("a",), ()), unclear).questions(QUESTIONS)) == ["two"]
    assert list(Difference(7, one, None).questions(QUESTIONS)) == []


def test_a_paper_that_one_of_them_did_not_type_is_a_difference():
    one = judged(("a",), ("b",))
    assert differences({1: one, 2: one}, {1: one}) == [Difference(2, one, None)]


def test_totals_must_account_for_every_paper():
    assert Totals(10, invalid=1, blank=2, votes={"a": 4, "b": 3}).difference == 0
    assert Totals(10, invalid=1, blank=2, votes={"a": 4, "b": 5}).difference == -2


def test_two_counts_by_hand_are_compared_line_by_line():
    first = Totals(10, invalid=1, blank=2, votes={"a": 4, "b": 3})
    second = Totals(10, invalid=1, blank=1, votes={"a": 5})
    assert total_differences(first, first) == []
    assert total_differences(first, second) == [
        TotalsDifference("blank", 2, 1),
        TotalsDifference("option/a", 4, 5),
        TotalsDifference("option/b", 3, 0),
    ]


def test_numbers_beside_options_are_an_order_or_points():
    numbers = {"a": "2", "b": "1", "c": "10"}
    assert from_numbers(numbers, is_ranking=True) == ("b", "a", "c")
    assert from_numbers({"b": "3", "a": "1", "c": "0"}, is_ranking=False) == ("a=1", "b=3")
    assert from_numbers({}, is_ranking=True) == ()


def test_numbers_that_say_nothing_cannot_be_read():
    assert from_numbers({"a": "1", "b": "1"}, is_ranking=True) is None
    for typed in ("x", "-1", "1.5", "²"):
        assert from_numbers({"a": typed}, is_ranking=False) is None
