"""What becomes of a plan after the result: who stands in reserve, and what the council decides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any

from participatie.budget.rules.outcomes import Outcome
from participatie.core.errors import N_, Invalid
from participatie.votes.counting.reasons import Code

REASON_LENGTH = (20, 500)
DOCUMENT_LENGTH = (4, 200)

OUT_OF_RESERVE = frozenset({Code.WITHDRAWN, Code.NO_VOTES, Code.BELOW_THRESHOLD, Code.OVER_BUDGET})
"""Plans that lost for one of these reasons never stand in reserve."""


class ChangeKind(StrEnum):
    """Why a plan ends otherwise than the count says.

    Falls out: a plan that won cannot be carried out. Moves up: a plan in reserve takes the place.
    Council awards and council rejects: the council decides otherwise than the voters.
    """

    FALLS_OUT = "falls_out"
    MOVES_UP = "moves_up"
    COUNCIL_AWARDS = "council_awards"
    COUNCIL_REJECTS = "council_rejects"


OF_COUNCIL = frozenset({ChangeKind.COUNCIL_AWARDS, ChangeKind.COUNCIL_REJECTS})
LEADS_TO: Mapping[ChangeKind, Outcome] = {
    ChangeKind.FALLS_OUT: Outcome.NOT_AWARDED,
    ChangeKind.COUNCIL_REJECTS: Outcome.NOT_AWARDED,
    ChangeKind.MOVES_UP: Outcome.AWARDED,
    ChangeKind.COUNCIL_AWARDS: Outcome.AWARDED,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What is asked for a plan; of a decision of the council also when, and in which document."""

    kind: ChangeKind
    reason: str
    decided_on: date | None = None
    document: str = ""

    def check(self, *, today: date) -> None:
        """A decision of the council has a day that is over and a document, else neither.

        Raises `Invalid`.
        """
        if self.kind not in OF_COUNCIL:
            if self.decided_on is not None or self.document:
                raise Invalid(
                    N_(
                        "Only a decision of the council has a day and a document. Leave this empty."
                    ),
                    field="decided_on" if self.decided_on else "document",
                )
            return
        if self.decided_on is None or self.decided_on > today:
            raise Invalid(
                N_("Fill in the day on which the council decided. It cannot lie in the future."),
                field="decided_on",
            )
        if not self.document:
            raise Invalid(N_("Fill in where the decision can be found."), field="document")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the plans that share money stand now. Amounts in cents.

    `going` go ahead, `apart` are the groups of which one at most can, `lot` is the order that was
    drawn before, `fell_out` cannot be carried out and so never come back from the reserve.
    """

    result: Mapping[str, Any]
    costs: Mapping[str, int]
    money: int
    going: frozenset[str]
    apart: Sequence[Collection[str]] = ()
    lot: Sequence[str] = ()
    fell_out: frozenset[str] = frozenset()

    @property
    def left(self) -> int:
        """What the plans that go ahead leave over."""
        return self.money - sum(self.costs[code] for code in self.going)

    def in_reserve(self, most: int) -> list[list[str]]:
        """The plans that come after the winners, at most so many; those of equal place together.

        They stand in the order of the rule that counted. By votes: most votes first, then the
        lowest cost, then the lot. Under equal shares where money that is left over is kept: first
        the plan of which the voters together still had the largest part of the cost.
        """
        codes = [code for code in self.result.get("reasons", {}) if self._may_stand(code)]
        places = [list(same) for _, same in groupby(sorted(codes, key=self._place), self._place)]
        shown: list[list[str]] = []
        for place in places:
            if sum(map(len, shown)) >= most:
                break
            shown.append(sorted(place))
        return shown

    def next_up(self, most: int) -> list[str]:
        """The plans of which one may move up now: first in reserve of what fits in the money."""
        for place in self.in_reserve(most):
            if fitting := [code for code in place if self._fits(code)]:
                return fitting
        return []

    def _may_stand(self, code: str) -> bool:
        out = self.result["reasons"][code]["code"] in OUT_OF_RESERVE
        return not out and code not in self.going and code not in self.fell_out

    def _fits(self, code: str) -> bool:
        rivals = {other for group in self.apart if code in group for other in group} - {code}
        return self.costs[code] <= self.left and not rivals & self.going

    def _place(self, code: str) -> tuple[Fraction, int, int, int]:
        reason = self.result["reasons"][code]
        near = Fraction(0)
        if reason["code"] == Code.SUPPORTERS_SHORT and reason["facts"].get("cost"):
            near = Fraction(reason["facts"]["behind"], reason["facts"]["cost"])
        drawn = self.lot.index(code) if code in self.lot else len(self.lot)
        return -near, -self.result["votes"][code], self.costs[code], drawn


def possible(outcome: Outcome, *, is_next_up: bool) -> list[ChangeKind]:
    """What can be asked for a plan that stands like this."""
    if outcome is Outcome.AWARDED:
        return [ChangeKind.FALLS_OUT, ChangeKind.COUNCIL_REJECTS]
    if outcome is Outcome.NOT_AWARDED:
        return [ChangeKind.MOVES_UP] * is_next_up + [ChangeKind.COUNCIL_AWARDS]
    return []


def outcome_after(counted: Outcome, changes: Iterable[ChangeKind]) -> Outcome:
    """What becomes of a plan that the count judged so and that was changed since, in order."""
    for kind in changes:
        counted = LEADS_TO[kind]
    return counted
