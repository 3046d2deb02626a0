"""The rules of one count: everything a municipality decides before the vote opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from participatie.votes.counting.scores import Score


class Rule(StrEnum):
    """How winners follow from ballots."""

    GREEDY = "greedy"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_THRESHOLD = "greedy-threshold"
    GREEDY_EXCLUSIVE = "greedy-exclusive"
    COUNT_ONLY = "count-only"
    INSTANT_RUNOFF = "instant-runoff"
    KNAPSACK = "knapsack"
    EQUAL_SHARES = "equal-shares"


class TieRule(StrEnum):
    """What decides between equal projects, by name; never an id, a name or the order of rows."""

    COST = "cost"
    VOTES = "votes"
    LOT = "lot"


class Utility(StrEnum):
    """What a voter gains from a project of their own, under Equal Shares."""

    COST = "cost"
    CARDINALITY = "cardinality"


class Completion(StrEnum):
    """What happens with money that Equal Shares leaves over."""

    NONE = "none"
    ADD1 = "add1"
    ADD1_EXHAUSTIVE = "add1-exhaustive"
    GREEDY = "greedy"
    ADD1_GREEDY = "add1+greedy"


class Support(StrEnum):
    """What a minimum support is a number of."""

    SCORE = "score"
    PERCENT = "percent"
    COST_SHARE = "cost-share"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The support that a project needs to take part.

    SCORE: its score is at least `value`. PERCENT: its votes are at least `value` percent of the
    ballots. COST_SHARE: its share of the ballots is at least `value` times its share of the budget
    (with 1/3, a project of half the budget needs a sixth of the ballots).
    """

    kind: Support
    value: Fraction


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule with its settings. Amounts are in minor units of the election.

    `lot`: project ids in the order in which they were drawn, all that may tie. `exclusive`: groups
    of which one project can win. `category_budgets`, `area_budgets`: the most that may go to one
    category or area. `step`: what add1 adds per voter, else one unit of the currency. `comparison`:
    keep the outcome of Equal Shares unless strictly more voters have more winners under greedy.
    `seats`: how many projects win when only votes count. `positions`: points for each place.
    """

    rule: Rule = Rule.GREEDY
    score: Score | None = None
    ties: tuple[TieRule, ...] = (TieRule.COST, TieRule.VOTES, TieRule.LOT)
    lot: tuple[str, ...] = ()
    threshold: Threshold | None = None
    withdrawn: frozenset[str] = frozenset()
    exclusive: tuple[frozenset[str], ...] = ()
    category_budgets: Mapping[str, int] = field(default_factory=dict)
    area_budgets: Mapping[str, int] = field(default_factory=dict)
    utility: Utility = Utility.COST
    completion: Completion = Completion.NONE
    step: int | None = None
    comparison: bool = False
    seats: int | None = None
    positions: tuple[int, ...] = ()


def rules_to_json(rules: Rules) -> dict[str, object]:
    """The rules as published before a vote opens; `verify_count.py` reads the same."""
    threshold = rules.threshold
    return {
        "rule": str(rules.rule),
        "score": None if rules.score is None else str(rules.score),
        "ties": [str(tie) for tie in rules.ties],
        "lot": list(rules.lot),
        "threshold": None if threshold is None else [str(threshold.kind), str(threshold.value)],
        "withdrawn": sorted(rules.withdrawn),
        "exclusive": sorted(sorted(group) for group in rules.exclusive),
        "category_budgets": dict(sorted(rules.category_budgets.items())),
        "area_budgets": dict(sorted(rules.area_budgets.items())),
        "utility": str(rules.utility),
        "completion": str(rules.completion),
        "step": rules.step,
        "comparison": rules.comparison,
        "seats": rules.seats,
        "positions": list(rules.positions),
    }
