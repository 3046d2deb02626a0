"""A whole ballot: all that is asked, and what makes the answers together one ballot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from participatie.core.errors import N_, Conflict, Invalid
from participatie.votes.rules.kinds import Choice, Option, Question, compact


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """The questions of some areas, of which one ballot answers at most `most`.

    `asked` are their codes. Without a title they are all areas of the vote.
    """

    title: str
    most: int
    asked: tuple[str, ...]

    @property
    def is_limit(self) -> bool:
        """Whether somebody must leave an area empty."""
        return self.most < len(self.asked)

    def refusal(self, answered: int) -> Invalid | None:
        """Why a ballot with an answer to so many of its questions is none; nothing when it is."""
        if answered <= self.most:
            return None
        if not self.title:
            return Invalid(
                N_(
                    "You chose in %(number)s areas. You may choose in %(most)s. "
                    "Take off what you chose in the others."
                ),
                number=answered,
                most=self.most,
            )
        return Invalid(
            N_(
                "You chose in %(number)s areas of “%(group)s”. You may choose in %(most)s. "
                "Take off what you chose in the others."
            ),
            number=answered,
            group=self.title,
            most=self.most,
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """The ballot paper of a round: its questions in order.

    With `most_answered` each question is that of one area: who votes leaves some of them empty.
    With `groups` each area is in one of those, and each group has a limit of its own.
    """

    questions: tuple[Question, ...]
    most_answered: int | None = None
    groups: tuple[QuestionGroup, ...] = ()

    @property
    def options(self) -> Mapping[str, Option]:
        """Everything that can be chosen, by code."""
        return {code: o for question in self.questions for code, o in question.options.items()}

    @property
    def limits(self) -> tuple[QuestionGroup, ...]:
        """In how many areas one ballot chooses: by group, else of all areas together."""
        if self.most_answered is None:
            return ()
        everything = tuple(question.code for question in self.questions)
        return self.groups or (QuestionGroup("", self.most_answered, everything),)

    def limit_of(self, question: str) -> QuestionGroup | None:
        """The limit that a question falls under; nothing where there are no areas."""
        return next((limit for limit in self.limits if question in limit.asked), None)

    def names(self, limit: QuestionGroup) -> list[str]:
        """What the areas of a group are called."""
        return [one.title for one in self.questions if one.code in limit.asked]

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

    def over_limits(self, choice: Choice) -> dict[QuestionGroup, Invalid]:
        """The groups in which a ballot has answers in more areas than it may, with the sentence."""
        answered = {q.code for q, one in zip(self.questions, choice, strict=True) if one}
        found = ((limit, limit.refusal(len(answered & {*limit.asked}))) for limit in self.limits)
        return {limit: refusal for limit, refusal in found if refusal is not None}

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
        for refusal in self.over_limits(choice).values():
            raise refusal
        if not any(choice):
            raise Invalid(N_("Your ballot is still empty. Answer at least one question."))
        return choice


def written(choice: Choice) -> bytes:
    """The bytes of a choice: JSON without spaces, ASCII."""
    return compact([list(answer) for answer in choice])
