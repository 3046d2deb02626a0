"""How near each project came to winning under Equal Shares, as a percentage of what it took."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.purses import Market
from participatie.votes.counting.result import Endowment, Result
from participatie.votes.counting.spans import Run, Steps

NO_LIMIT = 2**62


def effective_support(result: Result) -> Mapping[str, int]:
    """For each project that took part, the support it had in percent of what it needed.

    Of a project set aside: in each round, what its supporters would pay together at the price by
    gain of the project that is bought; at the end, all that they have left. The highest of these
    by the cost, rounded down, is its effective support. A winner has at least 100, a project that
    lost no tie less. This is the measure that equalshares.net publishes. Empty for other rules.
    """
    endowment = result.endowment
    if endowment is None:
        return {}
    contest = Contest(result.election, result.rules)
    market = Market(contest)
    bought = [result.election.index[name] for name in result.winners[: result.completed_from]]
    costly = [p for p in contest.eligible if market.cost[p]]
    found = _highest(market, endowment, bought, [p for p in costly if p not in bought])
    for project in set(bought).intersection(costly):
        others = _without(contest, market, endowment, project)
        found |= _highest(market, endowment, others, [project])
        found[project] = max(found[project], Fraction(1))
    return {contest.id(p): floor(100 * found[p]) for p in costly}


def _without(contest: Contest, market: Market, endowment: Endowment, project: int) -> list[int]:
    """What is bought at the same endowment when `project` is set aside."""
    steps = Steps(endowment.start, Fraction(endowment.step))
    run = Run(market, contest.breaker, steps, endowment.steps, endowment.steps)
    run.set_aside(project)
    run.finish(NO_LIMIT)
    return [purchase.project for purchase in run.bought]


def _highest(
    market: Market, endowment: Endowment, bought: Sequence[int], watched: Sequence[int]
) -> dict[int, Fraction]:
    """For each of `watched` the highest part of its cost that its supporters would have paid."""
    ledger = Ledger(market, endowment.final)
    highest = dict.fromkeys(watched, Fraction(0))
    for project in bought:
        price, poor = ledger.settle(project)
        by_gain = price / market.factor[project]
        for p in watched:
            highest[p] = max(highest[p], ledger.paid_at(p, by_gain * market.factor[p]))
        ledger.buy(project, price, poor)
    for p in watched:
        highest[p] = max(highest[p], ledger.behind(p))
    return {p: money / market.cost[p] for p, money in highest.items()}
