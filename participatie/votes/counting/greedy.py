"""The greedy family: the highest score first, as long as the money lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.rules import TieRule
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
        top = _top(contest, waiting)
        refused = {p: reason for p in top if (reason := limits.reason(p)) is not None}
        if len(refused) < len(top):
            project = _first(contest, [p for p in top if p not in refused], picks)
            limits.take(project)
            waiting.remove(project)
        else:
            picks.rejected |= refused
            waiting = [p for p in waiting if p not in refused]
    _say_what_was_short(contest, picks)
    return picks


def greedy_no_skip(contest: Contest) -> Picks:
    """The project with the highest score is taken first, then the next, and so on.

    The count stops at the first project that costs more than what is left.
    """
    picks = Picks()
    limits = _Limits(contest, picks)
    waiting = list(contest.eligible)
    while waiting:
        project = _first(contest, _top(contest, waiting), picks)
        waiting.remove(project)
        reason = limits.reason(project)
        if reason is not None:
            picks.rejected[project] = reason
            facts = {"by": contest.id(project)}
            picks.rejected |= {p: Reason(Code.STOPPED, facts) for p in waiting}
            _say_what_was_short(contest, picks, stopped_by=project)
            break
        limits.take(project)
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


def _say_what_was_short(contest: Contest, picks: Picks, stopped_by: int | None = None) -> None:
    """Add to the losers for want of money how many votes more would have let them win.

    A loser wins if it comes before the last winner (or stopping project) at whose turn there was
    still enough left. Not said where other limits than the budget play a part.
    """
    rules = contest.rules
    if rules.category_budgets or rules.area_budgets or rules.exclusive:
        return
    by_votes = contest.scores == contest.election.votes
    separating = [rule for rule in rules.ties if not (by_votes and rule is TieRule.VOTES)]
    left, turns = contest.election.budget, []
    for project in [*picks.winners, *([] if stopped_by is None else [stopped_by])]:
        turns.append((left, project))
        left -= contest.costs[project]
    for project, reason in picks.rejected.items():
        rivals = [p for room, p in turns if contest.costs[project] <= room and p != project]
        if reason.code in {Code.NO_MONEY_LEFT, Code.STOPPED} and rivals:
            short = contest.scores[rivals[-1]] - contest.scores[project]
            short += contest.breaker.before(rivals[-1], project, separating)
            facts = {**reason.facts, "votes_short": short}
            picks.rejected[project] = Reason(reason.code, facts)


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
            if not self._counts_for(code, name, project):
                continue
            winners = [p for p in self.picks.winners if self._counts_for(code, name, p)]
            room = most - sum(self.contest.costs[p] for p in winners)
            if cost > room:
                return Reason(code, {"name": name, "cost": cost, "left": room})
        if cost > left:
            return Reason(Code.NO_MONEY_LEFT, {"cost": cost, "left": left, "cost_at_most": left})
        return None

    def take(self, project: int) -> None:
        self.picks.winners.append(project)
        self.picks.spent += self.contest.costs[project]

    def _counts_for(self, code: Code, name: str, project: int) -> bool:
        told = self.contest.election.projects[project]
        return name in told.categories if code is Code.CATEGORY_FULL else name == told.area
