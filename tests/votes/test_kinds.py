from __future__ import annotations

import json
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Conflict, Invalid
from participatie.votes.rules.kinds import (
    MOST_POINTS,
    OPEN_LENGTH,
    WITH_OPTIONS,
    BallotKind,
    Option,
    Question,
    points_of,
    shuffled,
)
from participatie.votes.rules.papers import Paper, written

PLANS = {"a": 40_000_00, "b": 60_000_00, "c": 60_000_01, "free": 0}


def question(kind, number=4, **settings) -> Question:
    options = {c: Option(c, f"Keuze {c}") for c in "abcdefgh"[:number]}
    if kind is BallotKind.KNAPSACK:
        options = {code: Option(code, f"Plan {code}", cost) for code, cost in PLANS.items()}
        settings.setdefault("budget", 100_000_00)
    elif kind is BallotKind.OPEN:
        options = {}
    settings = {"minimum": 1, "maximum": None, "budget": None, **settings}
    return Question("vraag", kind, "Wat wilt u?", options=options, **settings)


def refusal(asked: Question, chosen) -> Invalid:
    with pytest.raises(Invalid) as refused:
        asked.check(chosen)
    assert refused.value.field == "vraag"
    return refused.value


@pytest.mark.parametrize(
    ("kind", "settings", "chosen", "answer"),
    [
        ("knapsack", {}, ["free", "b", "a"], ("a", "b", "free")),
        ("single", {}, ["b"], ("b",)),
        ("multiple", {"minimum": 2, "maximum": 3}, ["c", "a"], ("a", "c")),
        ("ranking", {"maximum": 3}, ["c", "a"], ("c", "a")),
        ("points", {"maximum": 10}, ["c=3", "a= 7 ", "b=0", "d="], ("a=7", "c=3")),
        ("open", {}, ["  Een\r\nbankje\x00 \u202e"], ("Een\nbankje",)),
        ("open", {"minimum": 0}, [" "], ()),
        ("single", {"minimum": 0}, [], ()),
        ("multiple", {"minimum": 0, "maximum": 3}, [], ()),
        ("points", {"minimum": 0}, ["a=0"], ()),
    ],
)
def test_an_answer_has_one_written_form(kind, settings, chosen, answer):
    assert question(BallotKind(kind), **settings).check(chosen) == answer


@pytest.mark.parametrize(
    ("kind", "settings", "chosen", "sentence"),
    [
        ("knapsack", {}, [], "Choose at least one plan."),
        ("knapsack", {}, ["a", "a"], "A plan stands on your list twice."),
        (
            "knapsack",
            {},
            ["a", "c"],
            (
                "Your list costs €\u00a0100.000,01. There is €\u00a0100.000 to divide. "
                "Take a plan of €\u00a00,01 or more off your list."
            ),
        ),
        ("single", {}, [], "Choose an answer."),
        ("single", {}, ["a", "b"], "You chose 2 answers. Choose one."),
        ("single", {}, ["a", "a"], "You chose «Keuze a» twice. Take one off."),
        ("multiple", {}, [], "Choose at least one answer."),
        ("multiple", {"maximum": 3}, list("abcd"), "You chose 4. You may choose 3. Take 1 off."),
        ("multiple", {"minimum": 3}, ["a"], "You chose 1. Choose at least 3. That is 2 more."),
        ("ranking", {}, ["a", "b", "a"], "You chose «Keuze a» twice. Take one off."),
        ("ranking", {"maximum": 1}, ["b", "a"], "You chose 2. You may choose 1. Take 1 off."),
        ("ranking", {}, [], "Put at least one answer in your order."),
        (
            "points",
            {"maximum": 10},
            ["a=9", "b=3"],
            "You gave 12 points. You have 10. Take 2 away.",
        ),
        (
            "points",
            {"minimum": 5, "maximum": 10},
            ["a=1", "b=1"],
            "You gave 2 points. Give at least 5. That is 3 more.",
        ),
        ("points", {}, ["a=0"], "Give points to at least one answer."),
        ("points", {}, ["a=1", "a=1"], "You chose «Keuze a» twice. Take one off."),
        ("open", {}, ["\n"], "Write your answer."),
        (
            "open",
            {"maximum": 5},
            ["bankje"],
            "Your answer has 6 characters. At most 5 fit. Make it 1 shorter.",
        ),
    ],
)
def test_what_breaks_a_limit_is_refused_with_what_to_change(kind, settings, chosen, sentence):
    assert str(refusal(question(BallotKind(kind), **settings), chosen)) == sentence


@pytest.mark.parametrize("typed", ["-1", "2,5", "veel", "٣", "1" * 10, "=", "1e3"])
def test_points_are_whole_numbers_in_digits(typed):
    sentence = str(refusal(question(BallotKind.POINTS, maximum=10), [f"a={typed}"]))
    assert "Fill in a whole number, like 3." in sentence


@pytest.mark.parametrize("kind", sorted(WITH_OPTIONS))
def test_what_is_not_on_the_ballot_is_refused(kind):
    with pytest.raises(Conflict):
        question(kind).check(["elsewhere=1" if kind is BallotKind.POINTS else "elsewhere"])


def test_two_texts_are_no_open_answer():
    with pytest.raises(Conflict):
        question(BallotKind.OPEN).check(["een", "twee"])


# The whole ballot


def test_a_ballot_is_an_answer_to_each_question_in_order():
    paper = Paper((question(BallotKind.SINGLE), question(BallotKind.RANKING, maximum=2)))
    assert paper.check([["a"], ["c", "b"]]) == (("a",), ("c", "b"))
    assert written((("a",), ("c", "é"))) == b'[["a"],["c","\\u00e9"]]'
    for given_answers in ([], [["a"]], [["a"], ["b"], ["c"]]):
        with pytest.raises(Conflict):
            paper.check(given_answers)


def test_a_ballot_without_any_answer_is_refused():
    paper = Paper((question(BallotKind.SINGLE, minimum=0),) * 2)
    assert paper.check([[], ["a"]]) == ((), ("a",))
    with pytest.raises(Invalid, match="still empty"):
        paper.check([[], []])


KINDS = st.sampled_from(sorted(BallotKind))
CODES = st.sampled_from([*"abcdefghx"])
TYPED = st.one_of(st.integers(-1, 12).map(str), st.just(""), st.text(max_size=3))


@st.composite
def questions(draw):
    kind = draw(KINDS)
    least = draw(st.integers(0, 4))
    most = draw(st.none() | st.integers(max(least, 1), 8))
    return question(kind, draw(st.integers(2, 8)), minimum=least, maximum=most)


@st.composite
def attempts(draw):
    """A question and what somebody sends for it, fitting or not."""
    asked = draw(questions())
    if asked.kind is BallotKind.OPEN:
        return asked, draw(st.lists(st.text(max_size=12), max_size=2))
    if asked.kind is BallotKind.POINTS:
        pairs = draw(st.lists(st.tuples(CODES, TYPED), max_size=6))
        return asked, [f"{code}={typed}" for code, typed in pairs]
    codes = st.sampled_from([*PLANS, "x"]) if asked.kind is BallotKind.KNAPSACK else CODES
    return asked, draw(st.lists(codes, max_size=8, unique=draw(st.booleans())))


def checked(asked, chosen):
    try:
        return asked.check(chosen)
    except (Invalid, Conflict):
        return None


@given(attempts())
def test_whatever_is_accepted_keeps_to_the_frozen_rules(attempt):
    asked, chosen = attempt
    answer = checked(asked, chosen)
    if answer is None:
        return
    assert answer or not asked.is_required
    if asked.kind is BallotKind.OPEN:
        assert len("".join(answer)) <= asked.most
        return
    points = points_of(answer) if asked.kind is BallotKind.POINTS else dict.fromkeys(answer, 1)
    assert points.keys() <= asked.options.keys()
    assert len(points) == len(answer)
    if asked.kind is BallotKind.KNAPSACK:
        assert sum(asked.options[code].cost for code in answer) <= asked.budget
    elif answer:
        assert asked.least <= sum(points.values()) <= asked.most


@given(attempts())
def test_a_written_answer_stays_as_it_is(attempt):
    asked, chosen = attempt
    answer = checked(asked, chosen)
    if answer is not None:
        assert asked.check(answer) == answer


@given(attempts(), st.data())
def test_the_order_of_choosing_leaves_no_trace_where_no_order_is_asked(attempt, data):
    asked, chosen = attempt
    if asked.kind in {BallotKind.RANKING, BallotKind.OPEN}:
        return
    other = data.draw(st.permutations(chosen))
    one, two = checked(asked, chosen), checked(asked, other)
    assert one == two
    if one is not None:
        assert written((one,)) == written((two,))


@given(st.lists(attempts(), min_size=1, max_size=3))
def test_no_ballot_is_longer_than_its_paper(made):
    paper = Paper(tuple(asked for asked, _ in made))
    choice = tuple(checked(asked, chosen) or () for asked, chosen in made)
    assert len(written(choice)) <= paper.size


def test_the_longest_open_answer_fits_the_paper():
    asked = question(BallotKind.OPEN)
    for sign in ("\N{GRINNING FACE}", '"', "\\", "é", "\n."):
        text = (sign * OPEN_LENGTH)[:OPEN_LENGTH].strip()
        assert len(written((asked.check([text]),))) <= Paper((asked,)).size


# How many ways there are, which says what may be published


@pytest.mark.parametrize("kind", ["single", "multiple", "ranking", "points"])
@pytest.mark.parametrize("least", [0, 1, 2])
def test_the_ways_to_answer_are_counted_as_they_are_accepted(kind, least):
    asked = question(BallotKind(kind), 3, minimum=least, maximum=3)
    assert asked.ways == len(_answers(asked))


def test_the_ways_of_a_ballot_are_those_of_its_questions_without_the_open_ones():
    paper = Paper(
        (question(BallotKind.SINGLE, 3), question(BallotKind.SINGLE), question(BallotKind.OPEN))
    )
    assert paper.ways == prod((3, 4, 1))
    assert question(BallotKind.KNAPSACK).ways == 15


def _answers(asked):
    codes = sorted(asked.options)
    if asked.kind is BallotKind.POINTS:
        amounts = ((a, b, c) for a in range(4) for b in range(4) for c in range(4))
        given_answers = [
            [f"{c}={n}" for c, n in zip(codes, numbers, strict=True)] for numbers in amounts
        ]
    else:
        given_answers = [[]]
        for _ in codes:
            given_answers += [[*some, code] for some in given_answers for code in codes]
    found = (checked(asked, one) for one in given_answers)
    return {answer for answer in found if answer is not None}


# Setting a question up


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("single", {"number": 1}, "too few options. Add at least 1."),
        ("multiple", {"number": 0}, "too few options. Add at least 2."),
        ("multiple", {"minimum": 3, "maximum": 2}, "at least 3 and may choose at most 2"),
        ("ranking", {"maximum": 5}, "the highest number can be 4 at most"),
        ("multiple", {"maximum": 0}, "may choose at most 0"),
        ("points", {"maximum": MOST_POINTS + 1}, "can be 1000 at most"),
        ("knapsack", {"budget": None}, "no money"),
        ("open", {"maximum": 10_000}, "can be 2000 at most"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_mend(kind, settings, words):
    (fault,) = question(BallotKind(kind), **settings).faults()
    assert words in str(fault)
    assert fault.field == "vraag"


@pytest.mark.parametrize("kind", sorted(BallotKind))
def test_a_question_as_it_comes_has_no_faults(kind):
    assert list(question(kind).faults()) == []


# The order on the page


@given(st.sets(st.text(min_size=1, max_size=4)), st.text(max_size=8))
def test_an_order_by_chance_is_the_same_for_the_same_voter_and_loses_nothing(codes, seed):
    order = shuffled(codes, seed)
    assert sorted(order) == sorted(codes)
    assert order == shuffled(reversed(order), seed)


def test_every_option_comes_first_about_as_often():
    first = [shuffled("abcd", str(voter))[0] for voter in range(4000)]
    assert all(900 < first.count(code) < 1100 for code in "abcd")


def test_a_choice_is_written_as_json_that_reads_back():
    assert json.loads(written((("a", "b"), ()))) == [["a", "b"], []]
