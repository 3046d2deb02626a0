"""A ballot that somebody is still filling in: it may be empty, too full, or out of date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from participatie.core.errors import Invalid
from participatie.votes.rules.kinds import BallotKind, Choice, Question
from participatie.votes.rules.papers import Paper

QUIET = timedelta(minutes=30)
"""How long a draft of who has not logged in is kept after the last press."""

VISITOR = b"visitor|"
ACCOUNT = b"account|"
"""What the owner of a draft begins with, so that those of visitors can be thrown away."""
MOST_KEPT = 10_000
"""Characters of an open answer that are kept, so that what is too long can be made shorter."""


class Act(StrEnum):
    """What a button beside an option does to an order."""

    PUT = "put"
    TAKE = "take"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands on a ballot paper so far, by question, in the order in which it was put there."""

    paper: Paper
    given: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, paper: Paper, kept: Mapping[str, Sequence[str]]) -> "Draft":
        """What was kept before, without what is no longer on the ballot or stands there twice.

        What does not fit stays, so that the voter can mend it.
        """
        return cls(paper, {q.code: _known(q, kept.get(q.code, ())) for q in paper.questions})

    def change(self, question: str, act: Act, option: str) -> "Draft":
        """The draft after one press beside an option of an order; in vain it changes nothing."""
        order = list(self.given.get(question, ()))
        if act is Act.PUT and option not in order:
            order.append(option)
        elif option in order:
            place = order.index(option)
            order.remove(option)
            if act is not Act.TAKE:
                step = {Act.UP: -1, Act.DOWN: 1}.get(act, 0)
                order.insert(max(place + step, 0), option)
        return Draft.of(self.paper, {**self.given, question: order})

    def faults(self) -> dict[str, Invalid]:
        """What must change before this is a ballot, by question; nothing when it is one."""
        faults: dict[str, Invalid] = {}
        for question in self.paper.questions:
            if self.paper.may_skip(question) and not self.given[question.code]:
                continue
            try:
                question.check(self.given[question.code])
            except Invalid as fault:
                faults[question.code] = fault
        return faults

    def choice(self) -> Choice:
        """The ballot. Raises `Invalid` and `Conflict`."""
        return self.paper.check([self.given[q.code] for q in self.paper.questions])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not any(self.given.values())

    def points(self, question: str) -> dict[str, str]:
        """The points as they were typed, by option."""
        return dict(one.partition("=")[::2] for one in self.given[question])

    def left(self, question: Question) -> int:
        """The points that are still to be given; below zero when there are too many."""
        typed = (number.strip() for number in self.points(question.code).values())
        return question.most - sum(
            int(n) for n in typed if n.isascii() and n.isdecimal() and len(n) < 10
        )


def _known(question: Question, kept: Sequence[str]) -> tuple[str, ...]:
    if question.kind is BallotKind.OPEN:
        return tuple(text[:MOST_KEPT] for text in kept[:1])
    if question.kind is BallotKind.POINTS:
        kept = [one for one in kept if one.partition("=")[0] in question.options]
    else:
        kept = [code for code in kept if code in question.options]
    return tuple(dict.fromkeys(kept))
