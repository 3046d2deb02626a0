"""Ties: which of several equal projects goes first, by rules that were published beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.rules import Rules, TieRule


@dataclass(frozen=True, slots=True)
class Tie:
    """In `round` the projects `tied` were equal; `chosen` went first by the rule `by`."""

    round: int
    tied: tuple[str, ...]
    chosen: str
    by: TieRule


class UndecidedTie(Exception):
    """Equal projects that no tie rule separates: there is no result until the rules say more."""

    def __init__(self, tied: Sequence[str]) -> None:
        self.tied = tuple(sorted(tied))
        names = ", ".join(self.tied)
        super().__init__(f"these projects are equal and no tie rule separates them: {names}")


class TieBreaker:
    """The ordered tie rules of one count.

    Lower cost goes before higher, more votes before fewer, earlier in the lot before later.
    """

    def __init__(self, election: Election, rules: Rules) -> None:
        self.ids = [project.id for project in election.projects]
        self.keys = {
            TieRule.COST: [project.cost for project in election.projects],
            TieRule.VOTES: [-votes for votes in election.votes],
            TieRule.LOT: _drawn(election, rules.lot),
        }
        self.rules = rules.ties

    def first(self, tied: Sequence[int]) -> tuple[int, TieRule | None]:
        """The project that goes first and the rule that settled it (None for a single project)."""
        return self._settle(tied, last=False)

    def last(self, tied: Sequence[int]) -> tuple[int, TieRule | None]:
        """The project that goes last, for a rule that drops projects one by one."""
        return self._settle(tied, last=True)

    def key(self, project: int, *, votes: int = 0, cost: int | None = None) -> tuple[int, ...]:
        """The place of `project` among equals, lowest first; with more `votes`, at another cost."""
        changed = {TieRule.VOTES: self.keys[TieRule.VOTES][project] - votes}
        if cost is not None:
            changed[TieRule.COST] = cost
        return tuple(changed.get(rule, self.keys[rule][project]) for rule in self.rules)

    def tie(self, number: int, tied: Sequence[int], chosen: int, by: TieRule) -> Tie:
        """The tie of round `number`, for the record."""
        return Tie(number, tuple(sorted(self.ids[p] for p in tied)), self.ids[chosen], by)

    def _settle(self, tied: Sequence[int], *, last: bool) -> tuple[int, TieRule | None]:
        left, by = list(tied), None
        for rule in self.rules:
            if len(left) == 1:
                break
            key = self.keys[rule]
            best = (max if last else min)(key[p] for p in left)
            left, by = [p for p in left if key[p] == best], rule
        if len(left) > 1:
            raise UndecidedTie([self.ids[p] for p in left])
        return left[0], by


def _drawn(election: Election, lot: Sequence[str]) -> list[int]:
    """The place of each project in the lot; those that were not drawn stay equal, at the end."""
    places = {name: place for place, name in enumerate(lot)}
    if len(places) != len(lot):
        raise ElectionError("the lot draws a project twice")
    unknown = [name for name in lot if name not in election.index]
    if unknown:
        raise ElectionError(f"the lot draws {unknown[0]!r}, which is not a project")
    return [places.get(project.id, len(lot)) for project in election.projects]
