"""A whole ballot: all that is asked, and what makes the answers together one ballot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from participatie.core.errors import N_, Conflict, Invalid
from participatie.votes.rules.kinds import Choice, Option, Question, compact


@dataclass(frozen=True, slots=True)
class Paper:
    """The ballot paper of a round: its questions in order.

    With `most_answered` each question is that of one area: who votes leaves some of them empty.
    """

    questions: tuple[Question, ...]
    most_answered: int | None = None

    @property
    def options(self) -> Mapping[str, Option]:
        """Everything that can be chosen, by code."""
        return {code: o for question in self.questions for code, o in question.options.items()}

    def may_skip(self, question: Question) -> bool:
        """Whether a ballot without an answer to `question` can be one."""
        return self.most_answered is not None or not question.is_required

    @property
    def size(self) -> int:
        """The bytes that hold every choice: all sealed ballots of a round are as long."""
        return len(written(tuple(question.longest() for question in self.questions)))

    @property
    def ways(self) -> int:
        """How many different ballots there can be, open answers aside."""
        return prod(question.ways for question in self.questions)

    def check(self, given: Sequence[Sequence[str]]) -> Choice:
        """The whole ballot in its one written form, one answer a question.

        Raises `Invalid`, with `field` the code of the question, and `Conflict`.
        """
        if len(given) != len(self.questions):
            raise Conflict(N_("The questions of this vote have changed. Start again."))
        choice = tuple(
            () if self.may_skip(q) and not one else q.check(one)
            for q, one in zip(self.questions, given, strict=True)
        )
        answered = sum(map(bool, choice))
        if self.most_answered is not None and answered > self.most_answered:
            raise Invalid(
                N_(
                    "You chose in %(number)s areas. You may choose in %(most)s. "
                    "Take off what you chose in the others."
                ),
                number=answered,
                most=self.most_answered,
            )
        if not any(choice):
            raise Invalid(N_("Your ballot is still empty. Answer at least one question."))
        return choice


def written(choice: Choice) -> bytes:
    """The bytes of a choice: JSON without spaces, ASCII."""
    return compact([list(answer) for answer in choice])
