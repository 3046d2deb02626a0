"""Equal Shares for one endowment, or for a whole span of endowments at once.

A run over a span buys what every run inside it would buy, as long as that is certain: the purses at
the two ends enclose all others. When it is not, the span is split in two, down to single
endowments, where the ledger decides exactly.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from participatie.votes.counting.ledger import Ledger
from participatie.votes.counting.purses import EPSILON, INFINITY, Market, Purses, Quote
from participatie.votes.counting.rules import TieRule
from participatie.votes.counting.ties import TieBreaker


class UncertainSpan(Exception):
    """Runs inside the span may differ from here on."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The endowments of a count: `start + step * number` for each number 0, 1, 2, …"""

    start: Fraction
    step: Fraction

    def level(self, number: int) -> Fraction:
        return self.start + self.step * number


@dataclass(frozen=True, slots=True)
class Purchase:
    """One round of a run: the project, those it tied with and the rule that decided.

    `least` is a price below that of any endowment in the span.
    """

    project: int
    least: float
    tied: tuple[int, ...] = ()
    by: TieRule | None = None


class Run:
    """The purchases that are the same for every endowment from number `first` to `last`."""

    def __init__(
        self, market: Market, breaker: TieBreaker, steps: Steps, first: int, last: int
    ) -> None:
        self.market, self.breaker, self.steps = market, breaker, steps
        self.first, self.last = first, last
        self.low = market.open(steps.level(first))
        self.high = self.low if first == last else market.open(steps.level(last))
        self.bought: list[Purchase] = []
        self.spent = 0
        self.floors = {p: _lowest(market, p) for p in market.groups}
        self.heap = [(floor, p) for p, floor in self.floors.items()]
        heapq.heapify(self.heap)
        self.quotes: dict[int, Quote] = {}
        self.limits = market.limits.copy()
        self._ledger: Ledger | None = None

    def finish(self, limit: int) -> None:
        """Buy until nobody can pay for anything more, or more than `limit` is spent."""
        while self.spent <= limit and (purchase := self._next()) is not None:
            self._buy(purchase)

    def set_aside(self, project: int) -> None:
        """Leave `project` out, as if nobody had voted for it."""
        self.heap = [entry for entry in self.heap if entry[1] != project]
        heapq.heapify(self.heap)

    def split(self) -> tuple["Run", "Run"]:
        """The lower and the upper half of the span, each with the purchases made so far."""
        middle = (self.first + self.last) // 2
        left, right = self._part(self.first, middle), self._part(middle + 1, self.last)
        left.low = self.low if left.first < left.last else self.low.copy()
        left.high = self._replay(middle) if left.first < left.last else left.low
        right.high = self.high
        right.low = self._replay(right.first) if right.first < right.last else right.high
        return left, right

    def can_still_buy(self) -> set[int]:
        """The projects that some run in the span may yet buy."""
        for _, project in self.heap:
            if project in self.limits.shut:
                self.floors[project] = INFINITY
                continue
            money, slack = self.high.behind(project)
            if money + slack < self.market.cost[project]:
                self.floors[project] = INFINITY
        self.heap = [entry for entry in self.heap if self.floors[entry[1]] < INFINITY]
        heapq.heapify(self.heap)
        return {project for _, project in self.heap}

    @property
    def ledger(self) -> Ledger:
        """The exact purses after the purchases so far (of a single endowment)."""
        if self._ledger is None:
            self._ledger = Ledger(self.market, self.steps.level(self.first))
        self._ledger.follow([purchase.project for purchase in self.bought])
        return self._ledger

    def _part(self, first: int, last: int) -> "Run":
        part = object.__new__(Run)
        part.market, part.breaker, part.steps = self.market, self.breaker, self.steps
        part.first, part.last, part.spent = first, last, self.spent
        part.bought, part.floors = list(self.bought), dict(self.floors)
        part.heap = list(self.heap)
        part.quotes, part.limits = {}, self.limits.copy()
        part._ledger = None
        return part

    def _replay(self, number: int) -> Purses:
        purses = self.market.open(self.steps.level(number))
        for purchase in self.bought:
            purses.pay(purses.sure_quote(purchase.project, purchase.least))
        return purses

    def _next(self) -> Purchase | None:
        """The project with the lowest price for what it gives, if it is certain which that is."""
        best: list[int] = []
        ceiling = INFINITY
        while self.heap and self.heap[0][0] <= ceiling:
            _, project = heapq.heappop(self.heap)
            if project in self.limits.shut:
                continue
            if project not in self.quotes:
                self._ask(project)
                continue
            highest = self._ceiling(project)
            if highest < INFINITY:
                best.append(project)
                ceiling = min(ceiling, highest)
            elif self.first < self.last:
                self._put_back([*best, project])
                raise UncertainSpan
        if len(best) < 2:
            return Purchase(best[0], self.quotes[best[0]].least) if best else None
        return self._decide(best)

    def _ask(self, project: int) -> None:
        """Find the price of a project now; prices only rise, so the last one is where to start."""
        factor = self.market.factor[project]
        quote = self.high.quote(project, self.floors[project] * factor * (1 - 4 * EPSILON))
        if quote is None:
            return
        self.quotes[project] = quote
        self.floors[project] = max(self.floors[project], quote.least / factor * (1 - EPSILON))
        heapq.heappush(self.heap, (self.floors[project], project))

    def _ceiling(self, project: int) -> float:
        """The most that a project can cost for what it gives; infinite if it cannot be paid.

        Over a span also infinite if it is not sure that every run in it can pay.
        """
        quote = self._low_quote(project)
        most = INFINITY if quote is None else quote.most()
        if most == INFINITY and self.low is self.high:
            price = self.ledger.price(project)
            most = INFINITY if price is None else float(price) * (1 + EPSILON)
        return most / self.market.factor[project] * (1 + EPSILON)

    def _low_quote(self, project: int) -> Quote | None:
        if self.low is self.high:
            return self.quotes[project]
        return self.low.quote(project, self.quotes[project].least)

    def _decide(self, best: list[int]) -> Purchase:
        """Several projects are too close for floats."""
        exact = {p: self._exact(p, best) for p in best}
        lowest = min(exact.values())
        tied = sorted(p for p, rho in exact.items() if rho == lowest)
        chosen, by = self.breaker.first(tied)
        self._put_back([p for p in exact if p != chosen])
        return Purchase(chosen, self.quotes[chosen].least, tuple(tied) if by else (), by)

    def _exact(self, project: int, best: list[int]) -> Fraction:
        """The exact price for what it gives."""
        quote = self._low_quote(project)
        factor = self.market.factor[project]
        if quote is not None and quote.all_can_pay():
            return Fraction(self.market.cost[project], self.market.total[project] * factor)
        if self.first < self.last:
            self._put_back(best)
            raise UncertainSpan
        price = self.ledger.price(project)
        if price is None:
            raise AssertionError("what is among the best can be paid")
        return price / factor

    def _put_back(self, projects: list[int]) -> None:
        for project in projects:
            heapq.heappush(self.heap, (self.floors[project], project))

    def _buy(self, purchase: Purchase) -> None:
        quote = self.quotes[purchase.project]
        if self.low is not self.high:
            self.low.pay(self.low.sure_quote(purchase.project, quote.least))
        self.high.pay(quote)
        self.bought.append(purchase)
        self.spent += self.market.cost[purchase.project]
        self.quotes = {}
        self.limits.take(purchase.project)


def _lowest(market: Market, project: int) -> float:
    """The price for what it gives if every supporter can pay: it is never lower."""
    points = market.total[project] * market.factor[project]
    return market.cost[project] / points * (1 - 4 * EPSILON) if points else INFINITY


def cover(
    market: Market, breaker: TieBreaker, steps: Steps, limit: int, matters: Callable[[Run], bool]
) -> Iterator[Run]:
    """Finished runs over all endowments in order, in spans as long as is certain.

    An unfinished run that does not matter, whatever is bought in it from here on, is left out.
    """
    first, width = 0, 1
    while True:
        waiting = [Run(market, breaker, steps, first, first + width - 1)]
        while waiting:
            run = waiting.pop()
            try:
                run.finish(limit)
            except UncertainSpan:
                if matters(run):
                    left, right = run.split()
                    waiting += [right, left]
            else:
                yield run
        first, width = first + width, 2 * width
