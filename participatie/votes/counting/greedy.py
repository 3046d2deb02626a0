"""The greedy family: the highest score first, as long as the money lasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.ties import Tie


@dataclass(slots=True)
class Picks:
    """What a rule chose, as it grows: winners in order, money spent, ties and reasons.

    `partial` is money for a project that is not paid in full (per-euro knapsack only).
    """

    winners: list[int] = field(default_factory=list)
    spent: int = 0
    ties: list[Tie] = field(default_factory=list)
    rejected: dict[int, Reason] = field(default_factory=dict)
    partial: dict[int, int] = field(default_factory=dict)


def greedy(contest: Contest, picks: Picks | None = None) -> Picks:
    """The project with the highest score is taken first, then the next, and so on.

    A project that costs more than what is left is skipped; the next one gets its chance. Of a group
    that excludes one another only the first is taken, and no category or area gets more than its
    own budget. `picks` continues a count that began otherwise.
    """
    picks = picks or Picks()
    limits = _Limits(contest, picks)
    waiting = [p for p in contest.eligible if p not in set(picks.winners)]
    while waiting:
        refused = {p: reason for p in waiting if (reason := limits.reason(p)) is not None}
        picks.rejected |= refused
        waiting = [p for p in waiting if p not in refused]
        if waiting:
            project = _highest(contest, waiting, picks)
            limits.take(project)
            waiting.remove(project)
    return picks


def greedy_no_skip(contest: Contest) -> Picks:
    """The project with the highest score is taken first, then the next, and so on.

    The count stops at the first project that costs more than what is left.
    """
    picks = Picks()
    limits = _Limits(contest, picks)
    waiting = list(contest.eligible)
    while waiting:
        ties = len(picks.ties)
        project = _highest(contest, waiting, picks)
        reason = limits.reason(project)
        if reason is not None:
            picks.rejected[project] = reason
            waiting.remove(project)
            facts = {"by": contest.id(project)}
            picks.rejected |= {p: Reason(Code.STOPPED, facts) for p in waiting}
            break
        assert ties <= len(picks.ties)
        limits.take(project)
        waiting.remove(project)
    return picks


def count_only(contest: Contest) -> Picks:
    """The projects with the highest scores win, as many as there are seats; cost plays no part."""
    seats = contest.rules.seats
    if seats is None or seats < 1:
        raise ElectionError("a count without money needs the number of winners (seats)")
    picks = Picks()
    waiting = list(contest.eligible)
    while waiting and len(picks.winners) < seats:
        project = _highest(contest, waiting, picks)
        picks.winners.append(project)
        picks.spent += contest.costs[project]
        waiting.remove(project)
    for p in waiting:
        short = contest.scores[picks.winners[-1]] - contest.scores[p]
        picks.rejected[p] = Reason(
            Code.TOO_FEW_VOTES, {"votes": contest.scores[p], "votes_short": short}
        )
    return picks


def knapsack(contest: Contest) -> Picks:
    """Every euro of a project counts the votes of the project; the euros with most votes are spent.

    So projects are paid in order of votes; the first that costs more than what is left gets the
    rest as a part, and the count ends. A project paid in part has not won.
    """
    picks = Picks()
    waiting = list(contest.eligible)
    while waiting:
        project = _highest(contest, waiting, picks)
        left = contest.election.budget - picks.spent
        waiting.remove(project)
        if contest.costs[project] > left:
            facts = {"cost": contest.costs[project], "paid": left}
            picks.rejected[project] = Reason(Code.PARTLY_FUNDED, facts)
            picks.partial[project] = left
            stopped: Mapping[str, int | str] = {"by": contest.id(project)}
            picks.rejected |= {p: Reason(Code.STOPPED, stopped) for p in waiting}
            break
        picks.winners.append(project)
        picks.spent += contest.costs[project]
    return picks


def _highest(contest: Contest, waiting: list[int], picks: Picks) -> int:
    top = max(contest.scores[p] for p in waiting)
    tied = [p for p in waiting if contest.scores[p] == top]
    chosen, by = contest.breaker.first(tied)
    if by is not None:
        picks.ties.append(contest.breaker.tie(len(picks.winners) + 1, tied, chosen, by))
    return chosen


class _Limits:
    """What may still be spent: in all, in each category and area, in each exclusive group."""

    def __init__(self, contest: Contest, picks: Picks) -> None:
        self.contest, self.picks = contest, picks
        rules = contest.rules
        self.caps = [(Code.CATEGORY_FULL, c, most) for c, most in rules.category_budgets.items()]
        self.caps += [(Code.AREA_FULL, a, most) for a, most in rules.area_budgets.items()]

    def reason(self, project: int) -> Reason | None:
        """Why `project` cannot be taken now; None if it can."""
        cost, left = self.contest.costs[project], self.contest.election.budget - self.picks.spent
        for group in self.contest.rules.exclusive:
            for winner in self.picks.winners:
                if {self.contest.id(project), self.contest.id(winner)} <= group:
                    return Reason(Code.EXCLUDED, {"by": self.contest.id(winner)})
        for code, name, most in self.caps:
            room = most - sum(self.contest.costs[p] for p in self.picks.winners if self._is(p, name, code))
            if self._is(project, name, code) and cost > room:
                return Reason(code, {"name": name, "cost": cost, "left": room})
        if cost > left:
            return Reason(Code.NO_MONEY_LEFT, {"cost": cost, "left": left, "cost_at_most": left})
        return None

    def take(self, project: int) -> None:
        self.picks.winners.append(project)
        self.picks.spent += self.contest.costs[project]

    def _is(self, project: int, name: str, code: Code) -> bool:
        described = self.contest.election.projects[project]
        return name in described.categories if code is Code.CATEGORY_FULL else name == described.area
