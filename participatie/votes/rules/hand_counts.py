"""A pile that is counted by hand: for questions with one answer, where a total says it all.

Two people count the whole pile, each on a form of their own, without seeing what the other found.
The pile is done when every line of both is the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from participatie.core.errors import N_, Invalid
from participatie.votes.rules.kinds import Answer, BallotKind, Question

BLANK, INVALID = "blank", "invalid"
"""The two lines beside those of the options."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What one person found of one question in a pile."""

    papers: int
    invalid: int
    blank: int
    votes: Mapping[str, int]

    @property
    def difference(self) -> int:
        """Papers that are nowhere in the totals; below zero, votes without a paper."""
        return self.papers - self.invalid - self.blank - sum(self.votes.values())

    @property
    def answers(self) -> Counter[Answer]:
        """The answers that count, each with how often; a blank paper is an empty answer."""
        found = Counter({(code,): number for code, number in self.votes.items()})
        return +(found + Counter[Answer]({(): self.blank}))


@dataclass(frozen=True, slots=True)
class TotalsDifference:
    """A total on which two people differ: `of` is an option, blank or invalid."""

    of: str
    first: int
    second: int


def can_be_counted_by_hand(questions: Iterable[Question]) -> bool:
    """Whether every question has one answer, so that nothing is lost in a total."""
    return all(question.kind is BallotKind.SINGLE for question in questions)


def check(totals: Totals, question: Question) -> None:
    """Every paper of the pile is on one line, and on one only. Raises `Invalid`."""
    if not totals.difference:
        return
    raise Invalid(
        N_("«%(title)s»: the numbers are %(sum)s together, and the pile has %(papers)s papers."),
        field=question.code,
        title=question.title,
        sum=totals.papers - totals.difference,
        papers=totals.papers,
    )


def total_differences(first: Totals, second: Totals) -> list[TotalsDifference]:
    """The lines of two counts by hand that are not the same."""
    one, other = _lines(first), _lines(second)
    return [
        TotalsDifference(of, one.get(of, 0), other.get(of, 0))
        for of in sorted(one.keys() | other.keys())
        if one.get(of, 0) != other.get(of, 0)
    ]


def _lines(totals: Totals) -> dict[str, int]:
    sheet = {INVALID: totals.invalid, BLANK: totals.blank}
    return sheet | {f"option/{code}": number for code, number in totals.votes.items()}
