"""Equal Shares in exact fractions, for the decisions that floats cannot take.

What a voter has left is the endowment less the prices paid so far, or nothing for who once paid all
there was. So the money of any set of voters is a sum of prices times whole numbers, and only the
prices themselves need to be fractions.
"""

from fractions import Fraction
from math import floor

import numpy as np

from participatie.votes.counting.election import Whole
from participatie.votes.counting.purses import EPSILON, Market


class Ledger:
    """The exact purses at one endowment, after the purchases so far."""

    def __init__(self, market: Market, level: Fraction) -> None:
        self.market, self.level = market, level
        self.purses = market.open(level)
        self.empty = np.zeros(len(market.counts), dtype=bool)
        self.bought: list[tuple[int, Fraction]] = []
        self._marks = np.zeros(len(market.counts), dtype=np.int64)

    def follow(self, chosen: list[int]) -> None:
        """Bring the purchases up to those of a run."""
        for project in chosen[len(self.bought) :]:
            self.buy(project, *self.settle(project))

    def buy(self, project: int, price: Fraction, poor: Whole) -> None:
        """Take the price from its supporters, and all that is left from the groups in `poor`."""
        self.purses.pay(self.purses.sure_quote(project))
        self.empty[poor] = True
        self.purses.left[poor] = 0.0
        self.bought.append((project, price))

    def behind(self, project: int) -> Fraction:
        """The money that the supporters have left in all."""
        return self._money(self.market.groups[project])

    def behind_rounded(self, project: int) -> int:
        """The same, rounded down to minor units; by floats where those leave no doubt."""
        rounded = self.purses.behind_rounded(project)
        return floor(self.behind(project)) if rounded is None else rounded

    def price(self, project: int) -> Fraction | None:
        """The exact price of a point of `project`; None if its supporters cannot pay the cost."""
        if self.behind(project) < self.market.cost[project]:
            return None
        return self.settle(project)[0]

    def settle(self, project: int) -> tuple[Fraction, Whole]:
        """The price, and the groups that pay all they have.

        Groups that are surely on one side of the price are taken by their floats; the doubtful ones
        start out as payers of the full price and are moved one kind at a time.
        """
        market = self.market
        quote = self.purses.sure_quote(project)
        groups = market.groups[project]
        points = market.points[project]
        ones = np.ones(len(groups), dtype=np.int64) if points is None else points
        doubt = 2 * quote.slack
        poor = quote.purse < ones * quote.least - doubt
        doubtful = ~poor & (quote.purse <= ones * quote.most() + doubt)
        missing = market.cost[project] - self._money(groups[poor])
        payers = int((market.counts[groups] * ones)[~poor].sum())
        kinds = self._kinds(groups[doubtful], ones[doubtful])
        poor_kinds = []
        while True:
            price = missing / payers
            short = [k for k in kinds if k[0] < k[1] * price]
            if not short:
                break
            poor_kinds += short
            kinds = [k for k in kinds if k[0] >= k[1] * price]
            missing -= sum(left * voters for left, _, voters, _ in short)
            payers -= sum(point * voters for _, point, voters, _ in short)
        gone = [*poor_kinds, *(k for k in kinds if k[0] == k[1] * price)]
        return price, np.concatenate([groups[poor], *(members for *_, members in gone)])

    def paid_at(self, project: int, price: Fraction) -> tuple[Fraction, bool]:
        """What the supporters pay in all at `price` a point, each that or all there is.

        And whether anyone has enough to pay it in full. As in `settle`, only groups whose floats
        are too near the price are looked at one by one.
        """
        market, slack = self.market, self.purses.behind(project)[1]
        groups, points = market.groups[project], market.points[project]
        ones = np.ones(len(groups), dtype=np.int64) if points is None else points
        left, asked = self.purses.left[groups], ones * float(price)
        doubt = 2 * slack + 4 * EPSILON * asked
        poor, rich = left < asked - doubt, left > asked + doubt
        paid = self._money(groups[poor])
        paid += price * int((market.counts[groups] * ones)[rich].sum())
        doubtful = ~poor & ~rich
        kinds = self._kinds(groups[doubtful], ones[doubtful])
        paid += sum(min(has, point * price) * voters for has, point, voters, _ in kinds)
        in_full = bool(rich.any()) or any(has >= point * price for has, point, *_ in kinds)
        return paid, in_full

    def _kinds(self, groups: Whole, points: Whole) -> list[tuple[Fraction, int, int, Whole]]:
        """`groups` by equal purse: what a voter has left, points, number of voters, the groups."""
        if not len(groups):
            return []
        columns = [self.empty[groups].astype(np.int64), points]
        shares = self.market.shares
        columns.append(np.ones(len(groups), dtype=np.int64) if shares is None else shares[groups])
        for project, _ in self.bought:
            self._mark(project)
            columns.append(self._marks[groups])
            self._unmark(project)
        rows, member = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        kinds = []
        for number, (empty, point, share, *paid) in enumerate(rows.tolist()):
            members = groups[member.ravel() == number]
            left = Fraction(0)
            if not empty:
                left = self.level * self.market.per_share * share
                left -= sum(p * q for p, (_, q) in zip(paid, self.bought, strict=True) if p)
            kinds.append((left, point, int(self.market.counts[members].sum()), members))
        return kinds

    def _money(self, groups: Whole) -> Fraction:
        """What the voters of `groups` have left in all."""
        groups = groups[~self.empty[groups]]
        counts, shares = self.market.counts[groups], self.market.shares
        mine = int(counts.sum() if shares is None else (counts * shares[groups]).sum())
        money = self.level * self.market.per_share * mine
        self._marks[groups] = counts
        for project, price in self.bought:
            points = self.market.points[project]
            paid = self._marks[self.market.groups[project]]
            times = int(paid.sum() if points is None else (paid * points).sum())
            money -= price * times
        self._marks[groups] = 0
        return money

    def _mark(self, project: int) -> None:
        points = self.market.points[project]
        self._marks[self.market.groups[project]] = 1 if points is None else points

    def _unmark(self, project: int) -> None:
        self._marks[self.market.groups[project]] = 0
