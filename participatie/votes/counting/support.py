"""How near each project came to winning under Equal Shares, as a percentage of what it took."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.equal_shares import NO_LIMIT, Shared
from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.spans import Run


def effective_support(contest: Contest, shared: Shared) -> Mapping[str, int]:
    """For each project that took part, the support it had in percent of what it needed.

    Of a project set aside: in each round, what its supporters would pay together at the price by
    gain of the project that is bought; at the end, all that they have left. The highest of these
    by the cost, rounded down, is its effective support; rounds in which a limit shuts it out do not
    count, and who was shut out from the start has none. A winner has at least 100, a project that
    lost no tie less. This is the measure that equalshares.net publishes.
    """
    run = shared.run
    bought = [purchase.project for purchase in run.bought]
    costly = [p for p in contest.eligible if run.market.cost[p]]
    found = _highest(run, bought, [p for p in costly if p not in bought])
    for project in set(bought).intersection(costly):
        found |= _highest(run, _without(contest, run, project), [project])
        found[project] = max(found[project], Fraction(1))
    return {contest.id(p): floor(100 * found[p]) for p in costly if p in found}


def _without(contest: Contest, run: Run, project: int) -> list[int]:
    """What is bought at the same endowment when `project` is set aside."""
    other = Run(run.market, contest.breaker, run.steps, run.first, run.first)
    other.set_aside(project)
    other.finish(NO_LIMIT)
    return [purchase.project for purchase in other.bought]


def _highest(run: Run, bought: Sequence[int], watched: Sequence[int]) -> dict[int, Fraction]:
    """For each of `watched` the highest part of its cost that its supporters would have paid."""
    market, limits = run.market, run.market.limits.copy()
    ledger = Ledger(market, run.steps.level(run.first))
    highest = {p: Fraction(0) for p in watched if p not in limits.shut}
    for project in bought:
        price, poor = ledger.settle(project)
        by_gain = price / market.factor[project]
        for p in highest.keys() - limits.shut:
            highest[p] = max(highest[p], ledger.paid_at(p, by_gain * market.factor[p])[0])
        ledger.buy(project, price, poor)
        limits.take(project)
    for p in highest.keys() - limits.shut:
        highest[p] = max(highest[p], ledger.behind(p))
    return {p: money / market.cost[p] for p, money in highest.items()}
