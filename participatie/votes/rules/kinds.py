"""The kinds of question on a ballot: how each is filled in, and what makes it one ballot.

Whatever a voter presses, a ballot has one written form. Two people who want the same cast the
same bytes, and what breaks a limit is refused with what to change.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, perm

from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import Euros

Answer = tuple[str, ...]
Choice = tuple[Answer, ...]

OPEN_LENGTH = 500
"""Characters of an open answer, where a question does not say."""
MOST_POINTS = 1000
"""Points that one voter may have to divide."""
WIDEST = "\N{GRINNING FACE}"
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


class BallotKind(StrEnum):
    """How a question is answered."""

    KNAPSACK = "knapsack"
    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    POINTS = "points"
    OPEN = "open"


WITH_OPTIONS = frozenset(BallotKind) - {BallotKind.OPEN}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, with its frozen cost in cents. `code` is unique in its round."""

    code: str
    title: str
    cost: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a ballot.

    `minimum` and `maximum` count what may be chosen; of points the points given, of an open answer
    its characters. No `maximum`: as many as there are. A question with `minimum` 0 may be left
    empty. `budget` is the money in cents that the question divides; one voter of a knapsack spends
    at least `least_money` and at most `most_money` of it, else all.
    """

    code: str
    kind: BallotKind
    title: str
    minimum: int
    maximum: int | None
    budget: int | None
    options: Mapping[str, Option]
    least_money: int | None = None
    most_money: int | None = None

    @property
    def money(self) -> int:
        """What one voter may spend, in cents."""
        return self.most_money or self.budget or 0

    @property
    def is_required(self) -> bool:
        """Whether a ballot without an answer to it is refused."""
        return self.minimum > 0

    @property
    def most(self) -> int:
        """The `maximum` that holds."""
        if self.kind is BallotKind.SINGLE:
            return 1
        if self.maximum is not None:
            return self.maximum
        return OPEN_LENGTH if self.kind is BallotKind.OPEN else len(self.options)

    @property
    def least(self) -> int:
        """The `minimum` that holds for who answers: nobody answers with nothing."""
        return 1 if self.kind in {BallotKind.SINGLE, BallotKind.OPEN} else max(self.minimum, 1)

    def check(self, given: Sequence[str]) -> Answer:
        """`given` in its one written form.

        Codes stand sorted, of a ranking in the order given, of points as «code=3» without zeros;
        an open answer is its text or nothing. Raises `Invalid` with what to change and `Conflict`
        for what is not on the ballot (any more).
        """
        answer = _CHECKS[self.kind](self, given)
        if not answer and self.is_required:
            raise Invalid(_EMPTY[self.kind], field=self.code)
        return answer

    def longest(self) -> Answer:
        """An answer that needs at least as many bytes as any that `check` accepts."""
        if self.kind is BallotKind.OPEN:
            return (WIDEST * self.most,)
        codes = sorted(self.options, key=lambda code: len(compact([[code]])), reverse=True)
        if self.kind is BallotKind.POINTS:
            return tuple(f"{code}={self.most}" for code in codes)
        return tuple(codes) if self.kind is BallotKind.KNAPSACK else tuple(codes[: self.most])

    @property
    def ways(self) -> int:
        """In how many ways it can be answered, money aside; an open answer does not count."""
        blank, number = int(not self.is_required), len(self.options)
        given = range(self.least, self.most + 1)
        if self.kind is BallotKind.OPEN:
            return 1
        if self.kind is BallotKind.KNAPSACK:
            return blank + sum(comb(number, size) for size in range(1, number + 1))
        if self.kind is BallotKind.RANKING:
            return blank + sum(perm(number, size) for size in given)
        if self.kind is BallotKind.POINTS:
            return blank + sum(comb(total + number - 1, total) for total in given)
        return blank + sum(comb(number, size) for size in given)

    def faults(self) -> Iterator[Invalid]:
        """What must be mended before this question can stand on a ballot."""
        if self.kind in WITH_OPTIONS and len(self.options) < self._fewest_options:
            yield self._invalid(
                N_("Question «%(question)s» has too few options. Add at least %(short)s."),
                short=self._fewest_options - len(self.options),
            )
            return
        if self.kind is BallotKind.KNAPSACK and not self.budget:
            yield self._invalid(N_("Question «%(question)s» has no money to divide."))
        if not (self.least_money or 0) <= self.money <= (self.budget or self.money):
            yield self._invalid(
                N_(
                    "At question «%(question)s» the money for one voter does not go together. Look "
                    "at what a list costs at least and at most."
                )
            )
        if self.least > self.most or self.most < 1:
            yield self._invalid(
                N_(
                    "At question «%(question)s» a voter must choose at least %(least)s and may "
                    "choose at most %(most)s. Change one of the two."
                ),
                least=self.least,
                most=self.most,
            )
        if self.most > self._highest:
            yield self._invalid(
                N_("At question «%(question)s» the highest number can be %(highest)s at most."),
                highest=self._highest,
            )

    @property
    def _fewest_options(self) -> int:
        return 1 if self.kind is BallotKind.KNAPSACK else 2

    @property
    def _highest(self) -> int:
        if self.kind is BallotKind.POINTS:
            return MOST_POINTS
        return 4 * OPEN_LENGTH if self.kind is BallotKind.OPEN else max(len(self.options), 1)

    def _invalid(self, sentence: str, **values: object) -> Invalid:
        return Invalid(sentence, field=self.code, question=self.title, **values)


def points_of(answer: Sequence[str]) -> dict[str, int]:
    """The points in an answer that was checked."""
    pairs = (one.partition("=") for one in answer)
    return {code: int(number) for code, _, number in pairs}


def shuffled(codes: Iterable[str], seed: str) -> list[str]:
    """`codes` in an order by chance that is the same each time for one `seed`.

    Nobody gains by a place on top: every voter has a seed of their own. Ballots of paper are
    printed in one order: that of the fingerprint of the frozen rules.
    """
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}|{code}".encode()).digest())


def _knapsack(question: Question, given: Sequence[str]) -> Answer:
    """Any plans, each once, as many as the question asks, that together cost what it allows."""
    if any(code not in question.options for code in given):
        raise Conflict(N_("A plan on your list is not on the ballot. Look at your list again."))
    if len(set(given)) != len(given):
        raise Invalid(N_("A plan stands on your list twice."), field=question.code)
    total, money = sum(question.options[code].cost for code in given), question.money
    if total > money:
        raise Invalid(
            N_(
                "Your list costs %(total)s. There is %(budget)s to divide. "
                "Take a plan of %(over)s or more off your list."
            ),
            field=question.code,
            total=Euros(total),
            budget=Euros(money),
            over=Euros(total - money),
        )
    least = question.least_money or 0
    if given and total < least:
        raise Invalid(
            N_("Your list costs %(total)s. Choose plans for at least %(least)s together."),
            field=question.code,
            total=Euros(total),
            least=Euros(least),
        )
    return tuple(sorted(_limited(question, given)))


def _single(question: Question, given: Sequence[str]) -> Answer:
    """One option."""
    chosen = _distinct(question, given)
    if len(chosen) > 1:
        raise Invalid(
            N_("You chose %(chosen)s answers. Choose one."),
            field=question.code,
            chosen=len(chosen),
        )
    return tuple(chosen)


def _multiple(question: Question, given: Sequence[str]) -> Answer:
    """As many options as the question asks, in no order."""
    return tuple(sorted(_limited(question, _distinct(question, given))))


def _ranking(question: Question, given: Sequence[str]) -> Answer:
    """As many options as the question asks, the best first."""
    return tuple(_limited(question, _distinct(question, given)))


def _points(question: Question, given: Sequence[str]) -> Answer:
    """Whole points for options, together at most as many as there are to divide."""
    points: dict[str, int] = {}
    for one in given:
        code, _, typed = one.partition("=")
        _known(question, code)
        number = typed.strip() or "0"
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise Invalid(
                N_("«%(typed)s» is no number of points. Fill in a whole number, like 3."),
                field=question.code,
                typed=typed.strip()[:20],
            )
        if code in points:
            raise _twice(question, code)
        points[code] = int(number)
    total = sum(points.values())
    if total > question.most:
        raise Invalid(
            N_("You gave %(given)s points. You have %(most)s. Take %(over)s away."),
            field=question.code,
            given=total,
            most=question.most,
            over=total - question.most,
        )
    if 0 < total < question.least:
        raise Invalid(
            N_("You gave %(given)s points. Give at least %(least)s. That is %(short)s more."),
            field=question.code,
            given=total,
            least=question.least,
            short=question.least - total,
        )
    return tuple(f"{code}={number}" for code, number in sorted(points.items()) if number)


def _open(question: Question, given: Sequence[str]) -> Answer:
    """A text of the voter's own, without what cannot be seen and without space around it."""
    if len(given) > 1:
        raise Conflict(N_("The questions of this vote have changed. Start again."))
    text = _readable("".join(given))
    if len(text) > question.most:
        raise Invalid(
            N_(
                "Your answer has %(length)s characters. At most %(most)s fit. "
                "Make it %(over)s shorter."
            ),
            field=question.code,
            length=len(text),
            most=question.most,
            over=len(text) - question.most,
        )
    return (text,) if text else ()


_CHECKS = {
    BallotKind.KNAPSACK: _knapsack,
    BallotKind.SINGLE: _single,
    BallotKind.MULTIPLE: _multiple,
    BallotKind.RANKING: _ranking,
    BallotKind.POINTS: _points,
    BallotKind.OPEN: _open,
}
_EMPTY = {
    BallotKind.KNAPSACK: N_("Choose at least one plan."),
    BallotKind.SINGLE: N_("Choose an answer."),
    BallotKind.MULTIPLE: N_("Choose at least one answer."),
    BallotKind.RANKING: N_("Put at least one answer in your order."),
    BallotKind.POINTS: N_("Give points to at least one answer."),
    BallotKind.OPEN: N_("Write your answer."),
}


def _distinct(question: Question, given: Sequence[str]) -> Sequence[str]:
    for place, code in enumerate(given):
        _known(question, code)
        if code in given[:place]:
            raise _twice(question, code)
    return given


def _limited(question: Question, chosen: Sequence[str]) -> Sequence[str]:
    number = len(chosen)
    if number > question.most:
        raise Invalid(
            N_("You chose %(chosen)s. You may choose %(most)s. Take %(over)s off."),
            field=question.code,
            chosen=number,
            most=question.most,
            over=number - question.most,
        )
    if 0 < number < question.least:
        raise Invalid(
            N_("You chose %(chosen)s. Choose at least %(least)s. That is %(short)s more."),
            field=question.code,
            chosen=number,
            least=question.least,
            short=question.least - number,
        )
    return chosen


def _known(question: Question, code: str) -> None:
    if code not in question.options:
        raise Conflict(N_("An answer that you chose is not on the ballot. Look at it again."))


def _twice(question: Question, code: str) -> Invalid:
    title = question.options[code].title
    return Invalid(
        N_("You chose «%(title)s» twice. Take one off."), field=question.code, title=title
    )


def _readable(text: str) -> str:
    """Composed letters, lines that end in one way, and no characters that show nothing."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = (c for c in lines if c in f"\n{JOINERS}" or unicodedata.category(c) not in UNSEEN)
    return unicodedata.normalize("NFC", "".join(seen)).strip()


def compact(value: object) -> bytes:
    """JSON without spaces, ASCII."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
