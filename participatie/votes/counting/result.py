"""What a count gives: the outcome and everything that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from participatie.votes.counting import money
from participatie.votes.counting.election import Election
from participatie.votes.counting.hashing import compact, digest, input_hash
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.rules import Rules, rules_to_json
from participatie.votes.counting.ties import Tie


class Stop(StrEnum):
    """Why the endowment grew no further."""

    NOT_RAISED = "not-raised"
    OVERSPEND = "overspend"
    EXHAUSTED = "exhausted"
    ALL_WON = "all-won"
    SHUT_OUT = "shut-out"


@dataclass(frozen=True, slots=True)
class Endowment:
    """What each voter had to spend under Equal Shares, in minor units, on average.

    `start` is budget by voters, `final` what the result is counted with after `steps` of `step`.
    `next_cost` is what the projects cost that one step more would have bought (after OVERSPEND).
    """

    start: Fraction
    final: Fraction
    step: int
    steps: int
    stop: Stop
    next_cost: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One choice. `left`: what remains of the budget after it, in minor units.

    Under Equal Shares also: `price` per point (rounded down), how many voters paid it in full and
    how many paid all they had; `effective_votes`, cost by price, in hundredths rounded down; and
    `behind`: before the choice, for every project not yet chosen, what its supporters had left.
    """

    number: int
    project: str
    score: int
    left: int
    price: int | None = None
    paid_in_full: int | None = None
    paid_all: int | None = None
    effective_votes: Fraction | None = None
    behind: Mapping[str, int] = field(default_factory=dict)


class Explanation(Protocol):
    """What explains an outcome, worked out when it is asked for."""

    def rejected(self) -> Mapping[str, Reason]: ...
    def effective_support(self) -> Mapping[str, int]: ...
    def rounds(self) -> tuple[Round, ...]: ...


@dataclass(frozen=True)
class Result:
    """The outcome of one count.

    `winners`: ids in the order of selection; those from `completed_from` on came from the greedy
    completion. `codes`: why each other project did not win. `partial`: money for a project that is
    paid in part. `comparison`: voters with more winners under Equal Shares and under greedy.
    """

    election: Election
    rules: Rules
    winners: tuple[str, ...]
    spent: int
    codes: Mapping[str, Code]
    explanation: Explanation = field(repr=False)
    ties: tuple[Tie, ...] = ()
    endowment: Endowment | None = None
    completed_from: int | None = None
    partial: Mapping[str, int] = field(default_factory=dict)
    comparison: tuple[int, int] | None = None

    @property
    def leftover(self) -> int:
        """Minor units of the budget that no project gets."""
        return self.election.budget - self.spent - sum(self.partial.values())

    @cached_property
    def rejected(self) -> Mapping[str, Reason]:
        """For each loser the reason with its numbers, and what would have been needed."""
        return self.explanation.rejected()

    @cached_property
    def effective_support(self) -> Mapping[str, int]:
        """For each project how near it came under Equal Shares, in percent of what it took."""
        return self.explanation.effective_support()

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """The trace: every choice in order, with its numbers."""
        return self.explanation.rounds()

    @cached_property
    def input_hash(self) -> str:
        return input_hash(self.election)

    @cached_property
    def result_hash(self) -> str:
        """The fingerprint of the outcome with the rules and the input that led to it."""
        return digest(iter([compact(rules_to_json(self.rules)), compact(self._outcome())]))

    def to_json(self) -> dict[str, object]:
        """The result as `participatie tally --json` prints it."""
        return {**self._outcome(), "result_hash": self.result_hash}

    def _outcome(self) -> dict[str, object]:
        return {
            "rule": str(self.rules.rule),
            "winners": list(self.winners),
            "spent": self._amount(self.spent),
            "leftover": self._amount(self.leftover),
            "ties": [
                {"round": t.round, "tied": list(t.tied), "chosen": t.chosen, "by": str(t.by)}
                for t in self.ties
            ],
            "endowment": self._endowment(),
            "rejected": {name: str(code) for name, code in sorted(self.codes.items())},
            "input_hash": self.input_hash,
        }

    def _endowment(self) -> dict[str, object] | None:
        """Amounts rounded down; exactly, final is budget by voters and `steps` times `step`."""
        if self.endowment is None:
            return None
        e = self.endowment
        return {
            "start": self._amount(int(e.start)),
            "final": self._amount(int(e.final)),
            "step": self._amount(e.step),
            "steps": e.steps,
            "stop": str(e.stop),
            "next_cost": None if e.next_cost is None else self._amount(e.next_cost),
        }

    def _amount(self, amount: int) -> str:
        sign, per_unit = "-" * (amount < 0), self.election.per_unit
        return sign + money.plain(abs(amount), per_unit)
