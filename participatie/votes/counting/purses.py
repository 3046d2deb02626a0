"""What voters have left under Equal Shares, in floats whose error is known.

The floats never decide anything closer than their error; `ledger` does that exactly.

Two facts about the method carry the whole engine. Let the same projects be bought in the same
order from two endowments, or from exact and rounded purses. (1) Who starts with more never has less
left, and no price is higher. (2) The sum over all voters of the differences does not grow; only the
rounding of each purchase adds to it. So `Purses.error` bounds the sum of all errors, and the
purses at two endowments enclose those at every endowment between.
"""

from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError, VoteType, Whole
from participatie.votes.counting.limits import Limits
from participatie.votes.counting.rules import Utility
from participatie.votes.counting.scores import ordinal_points

Floats = NDArray[np.float64]
EPSILON = float(np.finfo(np.float64).eps)
INFINITY = float("inf")
PIECE = 4096


class Market:
    """Who supports what: for each project its groups of voters, their number and points.

    A voter's points for a project are what they gain from it per unit of `factor`: one for an
    approval; `factor` is the cost of the project (utility cost) or one (cardinality).
    """

    def __init__(self, contest: Contest) -> None:
        election = contest.election
        ballots = election.ballots
        self.voters = election.voters
        self.cost = contest.costs
        self.limits = Limits(contest)
        self.by_cost = contest.rules.utility is Utility.COST
        self.factor = [self.gain(cost) for cost in self.cost]
        self.counts = ballots.counts
        self.shares = ballots.shares
        total = self.voters if self.shares is None else int((self.shares * self.counts).sum())
        if self.voters and not total:
            raise ElectionError("no voter has a share of the budget")
        if self.shares is not None and int(self.shares.max()) * self.voters >= 2**62:
            raise ElectionError("the shares of voters need too many digits")
        self.per_share = Fraction(self.voters, total) if total else Fraction(1)
        points = _points(contest)
        small = ballots.choices if len(self.cost) > 2**15 else ballots.choices.astype(np.int16)
        order = np.argsort(small, kind="stable")  # a radix sort, for 16 bits only
        ends = np.cumsum(np.bincount(ballots.choices, minlength=len(self.cost)))
        groups = ballots.groups[order]
        self.groups: dict[int, Whole] = {}
        self.points: dict[int, Whole | None] = {}
        self.weight: dict[int, Floats] = {}
        self.weighted: dict[int, Floats] = {}
        self.per_point: dict[int, Floats | None] = {}
        self.total: dict[int, int] = {}
        for project in contest.eligible:
            part = slice(ends[project - 1] if project else 0, ends[project])
            self._add(project, groups[part], None if points is None else points[order[part]])

    def _add(self, project: int, groups: Whole, points: Whole | None) -> None:
        if points is not None:
            groups, points = groups[points > 0], points[points > 0]
            points = None if (points == 1).all() else points
        counts = self.counts[groups]
        self.groups[project] = groups
        self.points[project] = points
        self.weight[project] = counts.astype(np.float64)
        self.per_point[project] = None if points is None else points.astype(np.float64)
        weighted = counts if points is None else counts * points
        self.weighted[project] = weighted.astype(np.float64)
        self.total[project] = int(weighted.sum())

    def gain(self, cost: int) -> int:
        """What a point for a project of this cost gives: the cost, or one."""
        return cost if self.by_cost and cost else 1

    def can_pay(self, project: int) -> bool:
        """Whether its supporters can pay for `project` once they have enough."""
        groups = self.groups[project]
        shares = 1 if self.shares is None else self.shares[groups]
        return bool((self.counts[groups] * shares).any()) or not self.cost[project]

    def open(self, level: Fraction) -> "Purses":
        """Every voter's purse when the mean endowment is `level`."""
        one = float(level * self.per_share)
        shares = (
            np.ones(len(self.counts)) if self.shares is None else self.shares.astype(np.float64)
        )
        return Purses(self, one * shares, 4 * EPSILON * float(level) * self.voters)


class Purses:
    """Money left per voter of each group; the sum of all errors is at most `error`."""

    def __init__(self, market: Market, left: Floats, error: float) -> None:
        self.market, self.left, self.error = market, left, error

    def copy(self) -> "Purses":
        return Purses(self.market, self.left.copy(), self.error)

    def behind(self, project: int) -> tuple[float, float]:
        """The money that supporters have left in all, and the most by which it can be off."""
        weight = self.market.weight[project]
        money = _dot(weight, self.left[self.market.groups[project]])
        return money, self.error + _rounding(len(weight), money)

    def behind_rounded(self, project: int) -> int | None:
        """The money that supporters have left in all, rounded down; None if that is in doubt."""
        money, slack = (Fraction(value) for value in self.behind(project))
        rounded = floor(money - slack)
        return rounded if rounded == floor(money + slack) else None

    def paid_at(self, project: int, price: float) -> tuple[float, float]:
        """The least and the most that supporters pay in all at `price` a point, or all there is."""
        weight, points = self.market.weight[project], self.market.per_point[project]
        share = price if points is None else points * price
        money = _dot(weight, np.minimum(self.left[self.market.groups[project]], share))
        slack = self.error + _rounding(len(weight), money)
        return money - slack, money + slack

    def quote(self, project: int, start: float) -> "Quote | None":
        """The price of a project, searched upwards from `start`; None if surely unaffordable."""
        purse = self.left[self.market.groups[project]]
        money = _dot(self.market.weight[project], purse)
        slack = self.error + _rounding(len(purse), money)
        if money + slack < self.market.cost[project]:
            return None
        return Quote(self.market, project, purse, slack, start)

    def sure_quote(self, project: int, start: float = 0.0) -> "Quote":
        """The price of a project that is known to be affordable."""
        quote = self.quote(project, start)
        if quote is None:
            raise AssertionError("the supporters were found to have enough")
        return quote

    def pay(self, quote: "Quote") -> None:
        """Every supporter pays the price, or all that is left."""
        groups = self.market.groups[quote.project]
        self.left[groups] = np.maximum(quote.purse - quote.share(quote.price), 0.0)
        self.error += abs(quote.gap) + quote.rounding


class Quote:
    """What one point of a project costs its supporters: a float, with bounds that hold exactly.

    The price is where the sum of the smaller of purse and points times price reaches the cost; if
    that is never reached, all pay all they have.
    """

    def __init__(
        self, market: Market, project: int, purse: Floats, slack: float, start: float
    ) -> None:
        self.project, self.purse, self.slack = project, purse, slack
        self.per_point = market.per_point[project]
        self.weight, self.weighted = market.weight[project], market.weighted[project]
        cost = market.cost[project]
        self.rounding = _rounding(len(purse), 2.0 * cost)
        self.price, self.gap, slope = self._raise(float(cost), start)
        self.cost, self.total = float(cost), market.total[project]
        drop = (slack + self.rounding + abs(self.gap)) / slope
        self.least = max(0.0, (self.price - drop) * (1 - 4 * EPSILON))

    def share(self, price: float) -> Floats | float:
        """What a supporter pays at `price` who has enough."""
        return price if self.per_point is None else self.per_point * price

    def most(self) -> float:
        """The highest that the exact price can be; infinite if the cost may not be reached."""
        wanted = self.slack + self.rounding
        price, gap, _ = self._raise(self.cost + 2 * wanted, self.price)
        return price * (1 + 4 * EPSILON) if gap <= wanted / 2 else INFINITY

    def all_can_pay(self) -> bool:
        """Whether every supporter surely has the lowest price there can be: cost by points."""
        lowest = self.cost / self.total * (1 + 4 * EPSILON)
        return bool((self.purse - self.share(lowest)).min() > 2 * self.slack)

    def _raise(self, target: float, start: float) -> tuple[float, float, float]:
        """Newton's method from below: what is paid is concave in the price, so it never overshoots.

        It ends when what is missing is lost in the rounding.

        Returns the price, what is missing there, and how fast payment grows just below it.
        """
        price = max(start, 0.0)
        while True:
            share = self.share(price)
            missing = target - _dot(self.weight, np.minimum(self.purse, share))
            if missing <= self.rounding / 8:
                break
            slope = _dot(self.weighted, self.purse > share)
            if slope == 0 or (higher := price + missing / slope) <= price:
                break
            price = higher
        below = _dot(self.weighted, self.purse >= share)
        return price, missing, max(below, 1.0)


def _dot(weights: Floats, values: Floats | NDArray[np.bool_]) -> float:
    """The sum of products; of long vectors by halves, which loses far less (numpy's `sum`)."""
    if len(weights) <= PIECE:
        return float(weights @ values)
    return float((weights * values).sum())


def _rounding(terms: int, money: float) -> float:
    """More than a sum of `terms` products that add up to `money` can lose in `_dot`.

    In whatever order a short sum is taken; a long one in blocks of at most 128, then by halves.
    """
    deep = terms if terms <= PIECE else 128 + terms.bit_length()
    return (2 * deep + 16) * EPSILON * money


def _points(contest: Contest) -> Whole | None:
    """The utility of each choice: points given, or by place on an ordered ballot; None if all 1."""
    election = contest.election
    if election.ballots.points is not None:
        if len(election.ballots.points) and election.ballots.points.min() < 0:
            raise ElectionError("Equal Shares cannot count negative points")
        return election.ballots.points
    return ordinal_points(election) if election.vote_type is VoteType.ORDINAL else None
