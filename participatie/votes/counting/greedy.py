"""The greedy family: the highest score first, as long as the money lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError
from participatie.votes.counting.limits import Limits
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
    money = _Money(contest, picks)
    waiting = [p for p in contest.eligible if p not in set(picks.winners)]
    while waiting:
        top = _top(contest, waiting)
        refused = {p: reason for p in top if (reason := money.reason(p)) is not None}
        if len(refused) < len(top):
            project = _first(contest, [p for p in top if p not in refused], picks)
            money.take(project)
            waiting.remove(project)
        else:
            picks.rejected |= refused
            waiting = [p for p in waiting if p not in refused]
    return picks


def greedy_no_skip(contest: Contest) -> Picks:
    """The project with the highest score is taken first, then the next, and so on.

    The count stops at the first project that costs more than what is left of the budget. One that
    does not fit in its category or area, or whose group has a winner, is skipped.
    """
    picks = Picks()
    money = _Money(contest, picks)
    waiting = list(contest.eligible)
    while waiting:
        project = _first(contest, _top(contest, waiting), picks)
        waiting.remove(project)
        reason = money.reason(project)
        if reason is None:
            money.take(project)
            continue
        picks.rejected[project] = reason
        if reason.code is Code.NO_MONEY_LEFT:
            facts = {"by": contest.id(project)}
            picks.rejected |= {p: Reason(Code.STOPPED, facts) for p in waiting}
            break
    return picks


def count_only(contest: Contest) -> Picks:
    """The projects with the highest scores win, as many as there are seats; cost plays no part."""
    seats = contest.rules.seats
    if seats is None or seats < 1:
        raise ElectionError("a count without money needs the number of winners (seats)")
    picks = Picks()
    waiting = list(contest.eligible)
    while waiting and len(picks.winners) < seats:
        project = _first(contest, _top(contest, waiting), picks)
        picks.winners.append(project)
        picks.spent += contest.costs[project]
        waiting.remove(project)
    for p in waiting:
        picks.rejected[p] = Reason(Code.TOO_FEW_VOTES, {"votes": contest.scores[p]})
    return picks


def knapsack(contest: Contest) -> Picks:
    """Every euro of a project counts the votes of the project; the euros with most votes are spent.

    So projects are paid in order of votes; the first that costs more than what is left gets the
    rest as a part, and the count ends. A project paid in part has not won.
    """
    picks = Picks()
    waiting = list(contest.eligible)
    while waiting:
        project = _first(contest, _top(contest, waiting), picks)
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


def _top(contest: Contest, waiting: Sequence[int]) -> list[int]:
    """Those with the highest score."""
    highest = max(contest.scores[p] for p in waiting)
    return [p for p in waiting if contest.scores[p] == highest]


def _first(contest: Contest, tied: Sequence[int], picks: Picks) -> int:
    """The one of `tied` that goes first; a tie is written down."""
    chosen, by = contest.breaker.first(tied)
    if by is not None:
        picks.ties.append(contest.breaker.tie(len(picks.winners) + 1, tied, chosen, by))
    return chosen


class _Money:
    """What may still be spent: in all, and within the limits."""

    def __init__(self, contest: Contest, picks: Picks) -> None:
        self.contest, self.picks, self.limits = contest, picks, Limits(contest)
        for project in picks.winners:
            self.limits.take(project)

    def reason(self, project: int) -> Reason | None:
        """Why `project` cannot be taken now; None if it can."""
        cost, left = self.contest.costs[project], self.contest.election.budget - self.picks.spent
        shut_out = self.limits.reason(project)
        if shut_out is None and cost > left:
            return Reason(Code.NO_MONEY_LEFT, {"cost": cost, "left": left})
        return shut_out

    def take(self, project: int) -> None:
        self.picks.winners.append(project)
        self.picks.spent += self.contest.costs[project]
        self.limits.take(project)
