"""A vote that was set up as the rules see it."""

from collections.abc import Iterable

from participatie.core.errors import N_, Conflict
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.kinds import Option, Question, shuffled
from participatie.votes.rules.papers import Paper, QuestionGroup
from participatie.votes.rules.rounds import Grade


def question_of(question: VoteQuestion) -> Question:
    """One question; it comes with its options."""
    return Question(
        code=question.code,
        kind=question.kind,
        title=question.title,
        minimum=question.minimum,
        maximum=question.maximum,
        budget=question.budget,
        least_money=question.least_money,
        most_money=question.most_money,
        options={o.code: Option(o.code, o.title, o.cost, o.text) for o in question.options},
    )


def paper_of(vote_round: VoteRound) -> Paper:
    """The ballot paper; `vote_round` comes with its questions."""
    asked = vote_round.questions
    questions, most = tuple(map(question_of, asked)), vote_round.most_answered
    if most is None:
        return Paper(questions)
    groups = grouped((q.code, q.group.title, q.group.most) for q in asked if q.group)
    return Paper(questions, most, groups)


def grouped(rows: Iterable[tuple[str, str, int]]) -> tuple[QuestionGroup, ...]:
    """The groups of questions, from rows of the code of a question, and title and most of its
    group; in the order in which they come.
    """
    found: dict[tuple[str, int], list[str]] = {}
    for code, title, most in rows:
        found.setdefault((title, most), []).append(code)
    return tuple(QuestionGroup(*group, tuple(codes)) for group, codes in found.items())


def printed_orders(vote_round: VoteRound) -> dict[str, list[str]]:
    """The one order in which paper shows the options of each question, by their codes.

    The fingerprint of the fixed rules draws it, so that anybody can draw it again. `vote_round`
    comes with its questions. Raises `Conflict` for a vote without paper or with open rules.
    """
    if vote_round.grade is Grade.LIGHT:
        raise Conflict(N_("This vote is counted by itself when it closes, so it has no paper."))
    seed = vote_round.rules_hash
    if seed is None:
        raise Conflict(N_("Ballots are printed after the rules of the vote are fixed."))
    return {
        question.code: shuffled([option.code for option in question.options], seed)
        if question.shuffles
        else [option.code for option in question.options]
        for question in vote_round.questions
    }
