"""Paper ballots: when one counts, and how two people who typed the same pile are compared.

Papers are stamped with a number when the box is emptied. Two people type all of them, without
seeing what the other typed. The pile is done when both found the same on every paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import Conflict, Invalid
from participatie.votes.rules.kinds import Answer, Choice, Question
from participatie.votes.rules.papers import Paper


class Fault(StrEnum):
    """Why a whole paper does not count."""

    NOT_OURS = "not_ours"  # not a ballot paper of this vote
    NAMED = "named"  # something on it shows who filled it in


class Validity(StrEnum):
    """What a paper is worth."""

    VALID = "valid"
    PARTLY = "partly"  # some question does not count; the others do
    BLANK = "blank"  # nothing is filled in: it counts as a ballot, for no option
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Typed:
    """One paper as somebody typed it.

    `answers` has an entry for each question in their order: what is marked, empty when nothing
    is, None when nobody can read what is meant.
    """

    answers: tuple[Answer | None, ...]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a paper says: an answer for each question, empty where none counts.

    `refused` names the questions of which the answer does not count.
    """

    validity: Validity
    choice: Choice
    refused: frozenset[str] = frozenset()


def judge(paper: Paper, typed: Typed) -> Judged:
    """What a paper is worth by the rules that were fixed when the vote opened.

    1. A paper that is not ours, or that shows whose it is, does not count.
    2. A question with marks that break its own rules, or that cannot be read, does not count; the
       other questions of that paper do.
    3. A question without a mark is blank; it makes nothing invalid.
    4. Who chose in more areas than a ballot may, chose in none of those areas: nobody can say which
       of them is meant.
    """
    questions = paper.questions
    none = ((),) * len(questions)
    if typed.fault is not None:
        return Judged(Validity.INVALID, none, frozenset(question.code for question in questions))
    answers = {
        question.code: _answer(question, marks)
        for question, marks in zip(questions, typed.answers, strict=True)
    }
    too_many = {
        code
        for limit in paper.over_limits(tuple(answer or () for answer in answers.values()))
        for code in limit.asked
        if answers[code]
    }
    answers |= dict.fromkeys(too_many)
    refused = frozenset(code for code, answer in answers.items() if answer is None)
    choice = tuple(answer or () for answer in answers.values())
    return Judged(_validity(len(refused), len(questions), choice), choice, refused)


def _answer(question: Question, marks: Answer | None) -> Answer | None:
    """The answer of one question, empty when it is blank, None when it does not count."""
    if marks is None:
        return None
    if not any(mark.strip() for mark in marks):
        return ()
    try:
        return question.check(marks)
    except (Invalid, Conflict):
        return None


def _validity(refused: int, questions: int, choice: Sequence[Answer]) -> Validity:
    if refused == questions:
        return Validity.INVALID
    if refused:
        return Validity.PARTLY
    return Validity.VALID if any(choice) else Validity.BLANK


def from_numbers(numbers: Mapping[str, str], *, is_ranking: bool) -> Answer | None:
    """The marks of a question where numbers stand beside options: a ranking, or points.

    None when it says nothing: no number, or two options with the same place.
    """
    if not all(typed.isascii() and typed.isdecimal() for typed in numbers.values()):
        return None
    found = {code: int(typed) for code, typed in numbers.items()}
    if not is_ranking:
        return tuple(f"{code}={number}" for code, number in sorted(found.items()) if number)
    if len(set(found.values())) != len(found):
        return None
    return tuple(sorted(found, key=found.__getitem__))


@dataclass(frozen=True, slots=True)
class Difference:
    """A paper of which two people did not find the same; None for who did not type it."""

    number: int
    first: Judged | None
    second: Judged | None

    def questions(self, questions: Sequence[Question]) -> Iterator[str]:
        """The codes of the questions on which they differ."""
        if self.first is None or self.second is None:
            return
        found = zip(questions, self.first.choice, self.second.choice, strict=True)
        refused = self.first.refused ^ self.second.refused
        yield from (q.code for q, one, other in found if one != other or q.code in refused)


def differences(first: Mapping[int, Judged], second: Mapping[int, Judged]) -> list[Difference]:
    """The papers that must be looked at again, by their number."""
    return [
        Difference(number, first.get(number), second.get(number))
        for number in sorted(first.keys() | second.keys())
        if first.get(number) != second.get(number)
    ]
