"""A vote that was set up as the rules see it."""

from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.kinds import Option, Question
from participatie.votes.rules.papers import Paper


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
    return Paper(tuple(map(question_of, vote_round.questions)), vote_round.most_answered)
