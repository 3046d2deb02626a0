"""The count round by round, with the numbers that let anyone check it."""

from dataclasses import replace
from fractions import Fraction
from math import floor

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.equal_shares import Shared
from participatie.votes.counting.greedy import Picks
from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.result import Round


def rounds(contest: Contest, picks: Picks, shared: Shared | None) -> tuple[Round, ...]:
    """The rounds of the count that gave `picks`."""
    left = contest.election.budget
    chosen = []
    for number, project in enumerate(picks.winners, start=1):
        left -= contest.costs[project]
        chosen.append(Round(number, contest.id(project), contest.scores[project], left))
    return tuple(chosen if shared is None else _paid(contest, shared, chosen))


def _paid(contest: Contest, shared: Shared, chosen: list[Round]) -> list[Round]:
    """`chosen` with what voters paid, as far as they did not come from the completion."""
    market = shared.run.market
    ledger = Ledger(market, shared.endowment.final)
    waiting = list(contest.eligible)
    told = []
    for one in chosen[: shared.completed_from]:
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
