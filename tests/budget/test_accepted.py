"""Whatever somebody sends: what is accepted keeps to the rules that were fixed at opening."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from participatie.budget.rules.lists import ShoppingList
from participatie.core.errors import Conflict, Invalid
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper, QuestionGroup

CODES = "abcdef"
costs = st.dictionaries(st.sampled_from(CODES), st.integers(1, 60), min_size=2, max_size=len(CODES))


@st.composite
def areas(draw, number):
    """The question of one area: its own money, and perhaps how many plans and how much money."""
    prefix, money = str(number), draw(st.integers(20, 120))
    options = {
        f"{prefix}{code}": Option(f"{prefix}{code}", code, cost)
        for code, cost in draw(costs).items()
    }
    least_money = draw(st.none() | st.integers(1, 20))
    return Question(
        code=prefix,
        kind=draw(st.sampled_from([BallotKind.KNAPSACK, BallotKind.MULTIPLE])),
        title=f"Wijk {prefix}",
        minimum=draw(st.integers(0, 2)),
        maximum=draw(st.none() | st.integers(2, 6)),
        budget=money,
        options=options,
        least_money=least_money,
        most_money=draw(st.none() | st.integers(20, money)),
    )


@st.composite
def papers(draw):
    """A budget of one pot, or of areas of which a voter fills in one, some or all, by group too."""
    questions = tuple(draw(areas(number)) for number in range(draw(st.integers(1, 4))))
    if len(questions) == 1:
        return Paper(questions)
    if draw(st.booleans()):
        return Paper(questions, draw(st.integers(1, len(questions))))
    cut = draw(st.integers(1, len(questions) - 1))
    halves = [tuple(q.code for q in half) for half in (questions[:cut], questions[cut:])]
    groups = tuple(
        QuestionGroup(f"Groep {at}", draw(st.integers(1, len(codes))), codes)
        for at, codes in enumerate(halves)
    )
    return Paper(questions, sum(group.most for group in groups), groups)


def areas_filled_in(paper, choice):
    """How many areas of each limit have an answer, beside how many may."""
    filled = {q.code for q, answer in zip(paper.questions, choice, strict=True) if answer}
    return [(len(filled & {*limit.asked}), limit.most) for limit in paper.limits]


@given(papers(), st.data())
def test_any_ballot_that_is_accepted_keeps_to_the_rules(paper, data):
    sent = [
        data.draw(
            st.lists(st.sampled_from([*q.options, *sorted(q.options)[:2], "elders"]), max_size=4)
        )
        if data.draw(st.booleans())
        else []
        for q in paper.questions
    ]
    try:
        choice = paper.check(sent)
    except (Invalid, Conflict):
        event("refused")
        return
    event("accepted")
    assert any(choice)
    assert all(number <= most for number, most in areas_filled_in(paper, choice))
    for question, answer, given_there in zip(paper.questions, choice, sent, strict=True):
        assert set(answer) <= set(question.options), "only what is on the ballot"
        assert sorted(set(answer)) == list(answer), "each plan once"
        assert set(answer) == set(given_there), "what was sent, and nothing else"
        if not answer:
            assert paper.most_answered is not None or question.minimum == 0
            continue
        most = len(question.options) if question.maximum is None else question.maximum
        assert question.minimum <= len(answer) <= most
        if question.kind is BallotKind.KNAPSACK:
            spent = sum(question.options[code].cost for code in answer)
            assert (question.least_money or 0) <= spent
            assert spent <= (question.most_money or question.budget)


@given(papers(), st.data())
def test_no_order_of_presses_makes_a_list_that_costs_more_than_there_is(paper, data):
    wanted = ShoppingList.of(paper, {})
    everything = [code for question in paper.questions for code in question.options]
    for code in data.draw(st.lists(st.sampled_from(everything), max_size=12)):
        try:
            wanted = wanted.with_plan(code)
        except Invalid:
            assert not wanted.fits(code), "a plan that fits is never refused"
    for part in wanted.parts:
        assert not part.has_money or part.total <= part.question.money
        assert len(part.chosen) <= part.question.most
    chosen = [part.chosen for part in wanted.parts]
    assert all(number <= most for number, most in areas_filled_in(paper, chosen))
