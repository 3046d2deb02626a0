"""The ballot paper: what is asked, and what may be answered."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import euros

Answer = tuple[str, ...]
"""What a ballot says to one question, in its one written form."""

Choice = tuple[Answer, ...]
"""What a whole ballot says: an answer to each question, in the order of the questions."""


class BallotKind(StrEnum):
    """How a question is answered; yes, no and blank are three ready options of a single choice."""

    KNAPSACK = "knapsack"
    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    POINTS = "points"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen, with its frozen cost in cents. `code` is unique in its round."""

    code: str
    title: str
    cost: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a ballot paper. `budget` is the money in cents that a knapsack divides."""

    code: str
    kind: BallotKind
    title: str
    minimum: int
    maximum: int | None
    budget: int | None
    options: Mapping[str, Option]

    def check(self, given: Sequence[str]) -> Answer:
        """`given` in its one written form.

        Raises `Invalid` with what to change, `Conflict` for what is not on the ballot (any more).
        """
        return CHECKS[self.kind](self, given)


def check_knapsack(question: Question, chosen: Sequence[str]) -> Answer:
    """A list of plans: at least one, each once, that together cost at most the budget."""
    options, budget = question.options, question.budget or 0
    if not chosen:
        raise Invalid(N_("Choose at least one plan."), field=question.code)
    unknown = [code for code in chosen if code not in options]
    if unknown:
        raise Conflict(N_("A plan on your list is not on the ballot. Look at your list again."))
    if len(set(chosen)) != len(chosen):
        raise Invalid(N_("A plan stands on your list twice."), field=question.code)
    total = sum(options[code].cost for code in chosen)
    if total > budget:
        raise Invalid(
            N_(
                "Your list costs %(total)s. There is %(budget)s to divide. "
                "Take a plan of %(over)s or more off your list."
            ),
            field=question.code,
            total=euros(total),
            budget=euros(budget),
            over=euros(total - budget),
        )
    return tuple(sorted(chosen))


CHECKS: Mapping[BallotKind, Callable[[Question, Sequence[str]], Answer]] = {
    BallotKind.KNAPSACK: check_knapsack,
}
"""The kinds of question that a vote can be opened with."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The ballot paper of a round."""

    questions: tuple[Question, ...]

    def check(self, given: Sequence[Sequence[str]]) -> Choice:
        """`given` in its one written form. Raises `Invalid` or `Conflict`."""
        if len(given) != len(self.questions):
            raise Conflict(N_("The questions of this vote have changed. Start again."))
        pairs = zip(self.questions, given, strict=True)
        return tuple(question.check(answer) for question, answer in pairs)

    @property
    def size(self) -> int:
        """The bytes that hold every choice: all choices of a round are padded to them."""
        return len(written([list(question.options) for question in self.questions]))


def written(choice: Sequence[Sequence[str]]) -> bytes:
    """A choice as canonical JSON: ASCII, no spaces."""
    answers = [list(answer) for answer in choice]
    return json.dumps(answers, ensure_ascii=True, separators=(",", ":")).encode()
