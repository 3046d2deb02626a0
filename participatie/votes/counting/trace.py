"""The count round by round, with the numbers that let anyone check it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.purses import Market
from participatie.votes.counting.result import Result


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


def rounds(result: Result) -> list[Round]:
    """The rounds of the count that gave `result`."""
    contest = Contest(result.election, result.rules)
    left = result.election.budget
    chosen = []
    for number, name in enumerate(result.winners, start=1):
        project = result.election.index[name]
        left -= contest.costs[project]
        chosen.append(Round(number, name, contest.scores[project], left))
    if result.endowment is None:
        return chosen
    return _shared(result.endowment.final, contest, chosen, result.completed_from)


def _shared(
    level: Fraction, contest: Contest, chosen: list[Round], completed_from: int | None
) -> list[Round]:
    """`chosen` with what voters paid, as far as they did not come from the completion."""
    market = Market(contest)
    ledger = Ledger(market, level)
    waiting = list(contest.eligible)
    told = []
    for one in chosen[:completed_from]:
        project = contest.election.index[one.project]
        behind = {contest.id(p): ledger.behind_rounded(p) for p in waiting}
        price, poor = ledger.settle(project)
        paid_all = int(market.counts[poor].sum())
        told.append(
            replace(
                one,
                price=floor(price),
                paid_in_full=int(market.weight[project].sum()) - paid_all,
                paid_all=paid_all,
                effective_votes=_hundredths(market.cost[project] / price) if price else None,
                behind=behind,
            )
        )
        ledger.buy(project, price, poor)
        waiting.remove(project)
    return told + chosen[len(told) :]


def _hundredths(value: Fraction) -> Fraction:
    return Fraction(floor(100 * value), 100)
