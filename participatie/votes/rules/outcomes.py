"""What a poll says: how often each option was chosen, and which stand first.

A poll awards nothing. Options that are equal stand first together, and no lot is drawn; only the
run-off, which must drop one option at a time, asks for tie rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from participatie.core.errors import N_, Invalid
from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import Ballot, Election, Project, VoteType
from participatie.votes.counting.rules import Rule, Rules
from participatie.votes.counting.runoff import instant_runoff
from participatie.votes.counting.scores import approval_scores, borda_scores, points_scores
from participatie.votes.rules.kinds import Answer, BallotKind, Question, points_of


class Method(StrEnum):
    """How the answers to a question add up."""

    VOTES = "votes"
    ORDER = "order"
    RUNOFF = "instant-runoff"
    POINTS = "points"
    TEXTS = "texts"


METHODS = {
    BallotKind.SINGLE: Method.VOTES,
    BallotKind.MULTIPLE: Method.VOTES,
    BallotKind.RANKING: Method.ORDER,
    BallotKind.POINTS: Method.POINTS,
    BallotKind.OPEN: Method.TEXTS,
}
_TYPES = {
    BallotKind.SINGLE: VoteType.CHOOSE_1,
    BallotKind.MULTIPLE: VoteType.APPROVAL,
    BallotKind.RANKING: VoteType.ORDINAL,
    BallotKind.POINTS: VoteType.CUMULATIVE,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered to one question of a poll.

    `answered` and `blank` are numbers of ballots. `scores` are votes or points by option, of the
    run-off the ballots in the last round in which it stood beside another; `dropped` is the round
    in which it dropped out. `first` are the options that stand first: none when nobody answered.
    """

    method: Method
    answered: int
    blank: int
    scores: Mapping[str, int]
    first: tuple[str, ...]
    dropped: Mapping[str, int]

    @property
    def ranked(self) -> list[str]:
        """The options from high to low; of the run-off the last to stay first."""
        last = max(self.dropped.values(), default=0) + 1
        return sorted(
            self.scores,
            key=lambda code: (-self.dropped.get(code, last), -self.scores[code], code),
        )

    def percent(self, code: str) -> int:
        """The part of those who answered that chose an option, rounded."""
        return (200 * self.scores[code] + self.answered) // (2 * self.answered)

    def to_json(self) -> dict[str, Any]:
        """The outcome as it is stored and published."""
        return {
            "method": str(self.method),
            "answered": self.answered,
            "blank": self.blank,
            "scores": dict(sorted(self.scores.items())),
            "first": list(self.first),
            "dropped": dict(sorted(self.dropped.items())),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Outcome":
        """The outcome that `to_json` wrote; a lot that was drawn may stand beside it."""
        first, method = tuple(stored["first"]), Method(stored["method"])
        own = {name: stored[name] for name in ("answered", "blank", "scores", "dropped")}
        return cls(**own, first=first, method=method)


def outcome(
    question: Question, choices: Mapping[Answer, int], *, rules: Rules | None = None
) -> Outcome:
    """Count the answers to one question of a poll; `choices` as they came out of the box.

    `rules` with the run-off let a ranking be counted by it. Raises `UndecidedTie` when the run-off
    cannot tell which option drops out.
    """
    answered = {answer: number for answer, number in choices.items() if answer}
    blank = sum(choices.values()) - sum(answered.values())
    numbers = {"answered": sum(answered.values()), "blank": blank}
    method = METHODS[question.kind]
    if method is Method.TEXTS:
        return Outcome(method, **numbers, scores={}, first=(), dropped={})
    election = election_of(question, answered)
    if rules is not None and rules.rule is Rule.INSTANT_RUNOFF:
        return _runoff(Contest(election, rules), answered, numbers)
    add_up = {Method.VOTES: approval_scores, Method.ORDER: borda_scores}.get(method, points_scores)
    codes = [project.id for project in election.projects]
    scores = dict.fromkeys(codes, 0)
    if answered:
        scores = dict(zip(codes, add_up(election), strict=True))
    most = max(scores.values(), default=0)
    first = tuple(code for code, score in scores.items() if score == most > 0)
    return Outcome(method, **numbers, scores=scores, first=first, dropped={})


def election_of(question: Question, choices: Mapping[Answer, int]) -> Election:
    """The answers to one question as the count sees them; empty ones are left out."""
    projects = [
        Project(option.code, 0, option.title)
        for option in sorted(question.options.values(), key=lambda option: option.code)
    ]
    pointed = question.kind is BallotKind.POINTS
    ballots = []
    for answer, number in sorted(choices.items()):
        points = points_of(answer) if pointed else dict.fromkeys(answer, 1)
        given = tuple(points.values()) if pointed else None
        ballots += [Ballot(tuple(points), number, given)] if points else []
    return Election.from_counts(
        0,
        projects,
        ballots,
        vote_type=_TYPES[question.kind],
        meta={"max_length": str(question.most)},
    )


def check_method(question: Question, rules: Rules) -> None:
    """That a poll can be counted by `rules`. Raises `Invalid`."""
    if rules.rule is Rule.INSTANT_RUNOFF and question.kind is not BallotKind.RANKING:
        raise Invalid(
            N_("Only an order of options can be counted in rounds. Choose another way of counting.")
        )


def _runoff(
    contest: Contest, answered: Mapping[Answer, int], numbers: Mapping[str, int]
) -> Outcome:
    picks = instant_runoff(contest)
    reasons = {contest.id(p): r.facts for p, r in (contest.rejected | picks.rejected).items()}
    dropped = {code: int(facts.get("round", 0)) for code, facts in reasons.items()}
    scores = {code: int(facts.get("votes", 0)) for code, facts in reasons.items()}
    first = tuple(contest.id(p) for p in picks.winners)
    last = max(dropped.values(), default=0)
    standing = {*first, *(code for code, at in dropped.items() if at == last)}
    for code in first:
        scores[code] = sum(
            number
            for answer, number in answered.items()
            if next((one for one in answer if one in standing), None) == code
        )
    return Outcome(Method.RUNOFF, **numbers, scores=scores, first=first, dropped=dropped)
