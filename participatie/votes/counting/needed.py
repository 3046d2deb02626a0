"""What would have let a loser win, all else being equal: more votes, or a lower cost.

`votes_short` is the least number of voters (points, where points are given: one from each) that
would have been enough, had they chosen the project too and spent nothing on others. `cost_at_most`
is the highest cost at which the project would have won; it would have at any lower cost too. Under
Equal Shares both hold at the endowment that the result is counted with: raising it is not done
anew. What no number of votes or no cost can bring about is left out. Of a project that costs
nothing, or without money to divide, neither figure is promised to be the least.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil, floor

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.equal_shares import Shared
from participatie.votes.counting.greedy import Picks
from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.limits import NO_ROOM, Limits
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.rules import Rule
from participatie.votes.counting.runoff import votes_to_win

STOPS = frozenset({Code.NO_MONEY_LEFT, Code.PARTLY_FUNDED})
STOPPING = frozenset({Rule.GREEDY_NO_SKIP, Rule.KNAPSACK})
BY_VOTES = frozenset({Code.TOO_FEW_VOTES, Code.ELIMINATED})
SETTLED = frozenset({Code.WITHDRAWN, Code.NO_VOTES, Code.OVER_BUDGET, Code.BELOW_THRESHOLD})


@dataclass(slots=True)
class Needed:
    """The least votes and the highest cost found so far."""

    votes: int | None = None
    cost: int = NO_ROOM

    def offer_votes(self, votes: int) -> None:
        self.votes = votes if self.votes is None else min(self.votes, votes)

    def offer_cost(self, cost: int) -> None:
        self.cost = max(self.cost, cost)

    def facts(self, code: Code) -> dict[str, int]:
        told = {} if self.votes is None else {"votes_short": self.votes}
        return told if self.cost < 0 or code in BY_VOTES else {**told, "cost_at_most": self.cost}


def with_needed(contest: Contest, picks: Picks, shared: Shared | None) -> dict[int, Reason]:
    """The reasons in `picks` with what would have been needed."""
    found = {p: Needed() for p, r in picks.rejected.items() if r.code not in SETTLED}
    if shared is not None:
        _by_purse(contest, shared, found)
    if contest.rules.rule is Rule.INSTANT_RUNOFF:
        for project, needed in found.items():
            needed.votes = votes_to_win(contest, project)
    elif shared is None or shared.completed_from is not None:
        _by_score(contest, picks, (shared and shared.completed_from) or 0, found)
    return {
        p: Reason(r.code, {**r.facts, **found[p].facts(r.code)}) if p in found else r
        for p, r in picks.rejected.items()
    }


def _by_score(contest: Contest, picks: Picks, begin: int, found: dict[int, Needed]) -> None:
    """Greedy: to come before a project at whose turn there was room, or to fit at its own turn."""
    own = dict.fromkeys(found, False)
    for rival, room in _turns(contest, picks, begin):
        for project, needed in found.items():
            left = room(project)
            if left == NO_ROOM:
                continue
            if not own[project] and _has_turn(contest, project, rival):
                own[project] = True
                needed.offer_cost(left)
            if rival is not None and rival != project:
                if contest.costs[project] <= left:
                    needed.offer_votes(_votes_to_pass(contest, project, rival))
                if contest.scores[project] == contest.scores[rival]:
                    needed.offer_cost(_cost_to_pass(contest, project, rival, left))


def _turns(
    contest: Contest, picks: Picks, begin: int
) -> Iterator[tuple[int | None, Callable[[int], int]]]:
    """Each project taken, with the room of others at its turn; then what stopped it, or None."""
    limits, left = Limits(contest), contest.election.budget
    by_money = contest.rules.rule is not Rule.COUNT_ONLY
    stops = (p for p, r in picks.rejected.items() if r.code in STOPS)
    last = next(stops, None) if contest.rules.rule in STOPPING else None
    for number, taken in enumerate([*picks.winners, last]):
        if number >= begin:
            yield taken, partial(limits.room, most=left) if by_money else contest.costs.__getitem__
        if taken is not None:
            left -= contest.costs[taken]
            limits.take(taken)


def _has_turn(contest: Contest, project: int, rival: int | None) -> bool:
    """Whether `project` is looked at for the last time when `rival` (None: the end) is next."""
    if rival is None or rival == project:
        return True
    if contest.rules.rule not in STOPPING:
        return contest.scores[rival] < contest.scores[project]
    return _passes(contest, project, rival)


def _passes(
    contest: Contest, project: int, rival: int, votes: int = 0, cost: int | None = None
) -> bool:
    """Whether `project` goes before `rival` with so many votes more, or at another cost."""
    score, other = contest.scores[project] + votes, contest.scores[rival]
    keys = contest.breaker.key(project, votes=votes, cost=cost), contest.breaker.key(rival)
    return score > other or (score == other and keys[0] < keys[1])


def _votes_to_pass(contest: Contest, project: int, rival: int) -> int:
    short = contest.scores[rival] - contest.scores[project]
    return short if _passes(contest, project, rival, votes=short) else short + 1


def _cost_to_pass(contest: Contest, project: int, rival: int, room: int) -> int:
    """The highest cost up to `room` at which the tie rules put `project` before `rival`."""
    other = contest.costs[rival]
    for cost in (room, min(room, other), min(room, other - 1)):
        if cost >= 0 and _passes(contest, project, rival, cost=cost):
            return cost
    return NO_ROOM


def _by_purse(contest: Contest, shared: Shared, found: dict[int, Needed]) -> None:
    """Equal Shares: to be bought in some round instead of what was, or at the end."""
    level, costs, run = shared.endowment.final, contest.costs, shared.run
    bought = [purchase.project for purchase in run.bought]
    for project, needed in found.items():
        room = run.limits.room(project, contest.election.budget)
        behind = run.ledger.behind(project)
        needed.offer_cost(min(room, floor(behind)))
        if costs[project] <= room:
            needed.offer_votes(ceil((costs[project] - behind) / level))
    ledger, limits = Ledger(run.market, level), Limits(contest)
    for rival in bought:
        price, poor = ledger.settle(rival)
        market = _Round(contest, ledger, rival, price / ledger.market.factor[rival])
        for project, needed in found.items():
            room = limits.room(project, contest.election.budget)
            market.offer(project, room, needed)
        ledger.buy(rival, price, poor)
        limits.take(rival)


class _Round:
    """A round in which `rival` was bought at a price by gain of `rate`."""

    def __init__(self, contest: Contest, ledger: Ledger, rival: int, rate: Fraction) -> None:
        self.contest, self.ledger, self.rival, self.rate = contest, ledger, rival, rate
        self.rival_key = contest.breaker.key(rival)

    def offer(self, project: int, room: int, needed: Needed) -> None:
        """Improve on `needed` where this round asks less."""
        cost = self.contest.costs[project]
        most = min(room, cost - 1)
        if needed.cost < most and self._buys(project, needed.cost + 1, 0):
            tried = _last(needed.cost + 1, most, lambda c: self._buys(project, c, 0))
            needed.offer_cost(tried)
        if cost <= room and (self.rate or not cost):
            votes = needed.votes or self._enough(project, cost)
            if not self.rate and not self._buys(project, cost, votes):
                return  # between two that are free, only a tie rule about votes asks for more
            if votes > 1 and self._buys(project, cost, votes - 1):
                fewer = _last(1 - votes, -1, lambda minus: self._buys(project, cost, -minus))
                votes = -fewer
            needed.offer_votes(votes)

    def _enough(self, project: int, cost: int) -> int:
        """More supporters than it takes if they pay for the project alone."""
        if not self.rate:
            scores = self.contest.scores
            return max(scores[self.rival] - scores[project], 0) + 1
        level, asked = self.ledger.level, self.rate * self.ledger.market.gain(cost)
        return ceil(cost / min(level, asked)) + 1

    def _buys(self, project: int, cost: int, votes: int) -> bool:
        """Whether `project` would be bought now at `cost` with `votes` more supporters."""
        ledger = self.ledger
        asked = self.rate * ledger.market.gain(cost)
        extra = votes * min(ledger.level, asked)
        low, high = ledger.purses.paid_at(project, float(asked))
        if high + float(extra) * (1 + 1e-12) < cost:
            return False
        if low + float(extra) * (1 - 1e-12) > cost:
            return True
        paid, in_full = ledger.paid_at(project, asked)
        if paid + extra != cost or not (in_full or (votes and ledger.level >= asked)):
            return paid + extra >= cost
        key = self.contest.breaker.key(project, votes=votes, cost=cost)
        return key < self.rival_key


def _last(first: int, last: int, holds: Callable[[int], bool]) -> int:
    """The last whole number for which `holds`, which it does for `first` and up to there."""
    while first < last:
        middle = (first + last + 1) // 2
        first, last = (middle, last) if holds(middle) else (first, middle - 1)
    return first
