"""Limits beside the budget: per category, per area, and groups of which one project can win."""

from collections.abc import Set
from dataclasses import dataclass

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.reasons import Code, Reason

NO_ROOM = -1


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` minor units go to the projects `members` together."""

    code: Code
    name: str
    most: int
    members: frozenset[int]


class Limits:
    """What the limits leave after the projects taken so far.

    A project that costs more than one of its categories or its area has left is shut out, and so is
    one of a group that has a winner. What is left only shrinks: who is shut out stays out.
    """

    def __init__(self, contest: Contest) -> None:
        self.costs = contest.costs
        self.ids = [project.id for project in contest.election.projects]
        self.caps = _caps(contest)
        self.groups = [
            frozenset(contest.election.index[name] for name in group)
            for group in contest.rules.exclusive
        ]
        self.left = [cap.most for cap in self.caps]
        self.winner: list[int | None] = [None] * len(self.groups)
        self.shut: set[int] = set()
        for place in range(len(self.caps)):
            self._shut_out(place)

    def copy(self) -> "Limits":
        copied = object.__new__(Limits)
        copied.costs, copied.ids, copied.caps = self.costs, self.ids, self.caps
        copied.groups, copied.left = self.groups, list(self.left)
        copied.winner, copied.shut = list(self.winner), set(self.shut)
        return copied

    def take(self, project: int) -> None:
        """`project` wins."""
        for place, cap in enumerate(self.caps):
            if project in cap.members:
                self.left[place] -= self.costs[project]
                self._shut_out(place)
        for place, group in enumerate(self.groups):
            if project in group and self.winner[place] is None:
                self.winner[place] = project
                self.shut |= group - {project}

    def reason(self, project: int) -> Reason | None:
        """Why `project` is shut out; None if it is not."""
        for group, winner in zip(self.groups, self.winner, strict=True):
            if project in group and winner is not None:
                return Reason(Code.EXCLUDED, {"by": self.ids[winner]})
        cost = self.costs[project]
        for cap, left in zip(self.caps, self.left, strict=True):
            if project in cap.members and cost > left:
                return Reason(cap.code, {"name": cap.name, "cost": cost, "left": left})
        return None

    def room(self, project: int, most: int) -> int:
        """What `project` may cost of `most`; NO_ROOM when its group has a winner."""
        for group, winner in zip(self.groups, self.winner, strict=True):
            if project in group and winner is not None:
                return NO_ROOM
        rooms = zip(self.caps, self.left, strict=True)
        return min([most, *(left for cap, left in rooms if project in cap.members)])

    def may_shut_out(self, project: int, others: Set[int]) -> bool:
        """Whether `project` is shut out, or would be if some of `others` win."""
        if project in self.shut or any(project in g and g & others for g in self.groups):
            return True
        return any(
            self.costs[project] > left - sum(self.costs[p] for p in cap.members & others)
            for cap, left in zip(self.caps, self.left, strict=True)
            if project in cap.members
        )

    def _shut_out(self, place: int) -> None:
        left = self.left[place]
        self.shut |= {p for p in self.caps[place].members if self.costs[p] > left}


def _caps(contest: Contest) -> list[Cap]:
    projects, rules = list(enumerate(contest.election.projects)), contest.rules
    caps = []
    for name, most in rules.category_budgets.items():
        members = frozenset(p for p, told in projects if name in told.categories)
        caps.append(Cap(Code.CATEGORY_FULL, name, most, members))
    for name, most in rules.area_budgets.items():
        members = frozenset(p for p, told in projects if name == told.area)
        caps.append(Cap(Code.AREA_FULL, name, most, members))
    return caps
