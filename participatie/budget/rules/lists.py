"""The list of plans that a resident makes: what fits, what is left, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from participatie.budget.rules.areas import Division
from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import Euros
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper

LISTED = frozenset({BallotKind.KNAPSACK, BallotKind.MULTIPLE})
"""Kinds of ballot that are a list: plans are on it or not."""


@dataclass(frozen=True, slots=True)
class Part:
    """The plans of a list that share money: all, or those of one area or category; in cents."""

    question: Question
    chosen: tuple[str, ...] = ()

    @property
    def has_money(self) -> bool:
        """Whether the voter spends money; else only the number of plans counts."""
        return self.question.kind is BallotKind.KNAPSACK

    @property
    def total(self) -> int:
        return sum(self.question.options[code].cost for code in self.chosen)

    @property
    def left(self) -> int:
        """The money that is left."""
        return self.question.money - self.total

    @property
    def plans_left(self) -> int:
        """How many plans may come on it."""
        return self.question.most - len(self.chosen)

    def fits(self, code: str) -> bool:
        """Whether what is left pays this plan too."""
        if not self.has_money:
            return self.plans_left > 0
        return self.question.options[code].cost <= self.left and self.plans_left > 0

    def check_fits(self, code: str) -> None:
        """Raises `Invalid` with what is missing."""
        cost = self.question.options[code].cost
        if self.has_money and cost > self.left:
            raise Invalid(
                N_(
                    "This plan does not fit. It costs %(cost)s and you have %(left)s left. "
                    "Take plans of %(short)s or more off your list first."
                ),
                cost=Euros(cost),
                left=Euros(self.left),
                short=Euros(cost - self.left),
            )
        if self.plans_left <= 0:
            raise Invalid(
                N_("Your list is full. You may choose %(most)s. Take a plan off your list first."),
                most=self.question.most,
            )


@dataclass(frozen=True, slots=True)
class ShoppingList:
    """The plans that a resident wants, in the order in which they were put there."""

    paper: Paper
    parts: tuple[Part, ...]
    withdrawn: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        paper: Paper,
        kept: Mapping[str, Sequence[str]],
        withdrawn: frozenset[str] = frozenset(),
    ) -> "ShoppingList":
        """A list kept from before: what is no longer on the ballot, or withdrawn, is left out."""
        there = {
            q.code: [code for code in kept.get(q.code, ()) if code not in withdrawn]
            for q in paper.questions
        }
        parts = tuple(Part(q, _known(q, there[q.code])) for q in paper.questions)
        return cls(paper, parts, withdrawn)

    @property
    def chosen(self) -> tuple[str, ...]:
        """All plans on the list."""
        return tuple(code for part in self.parts for code in part.chosen)

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """What stands on it, by question, as a draft keeps it."""
        return {part.question.code: part.chosen for part in self.parts}

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def has_parts(self) -> bool:
        """Whether the plans of an area or a category share money of their own."""
        return self.paper.most_answered is not None

    @property
    def division(self) -> Division | None:
        """What each part is about: an area, or a category; nothing of one pot for all."""
        return Division.of(self.parts[0].question.code)

    @property
    def must_choose_areas(self) -> bool:
        """Whether somebody must leave an area empty, and so chooses where first."""
        return any(limit.is_limit for limit in self.paper.limits)

    def option(self, code: str) -> Option:
        """A plan as it stands on the ballot."""
        return self.part_of(code).question.options[code]

    def part_of(self, code: str) -> Part:
        """The part that a plan belongs to. Raises `Conflict`."""
        for part in self.parts:
            if code in part.question.options:
                return part
        raise Conflict(N_("This plan is not on the ballot. Look at the list of plans again."))

    def fits(self, code: str) -> bool:
        """Whether this plan can be put on it now."""
        part = self.part_of(code)
        return code not in self.withdrawn and part.fits(code) and not self.in_the_way(part)

    def in_the_way(self, part: Part) -> tuple[Part, ...]:
        """The areas with plans on the list that keep plans of this one off it; mostly none."""
        limit = self.paper.limit_of(part.question.code)
        if limit is None or part.chosen:
            return ()
        others = tuple(p for p in self.parts if p.chosen and p.question.code in limit.asked)
        return others if len(others) >= limit.most else ()

    def with_plan(self, code: str) -> "ShoppingList":
        """The list with one plan more. Raises `Conflict` and `Invalid`, with what is missing."""
        part = self.part_of(code)
        if code in part.chosen:
            return self
        if code in self.withdrawn:
            raise Conflict(N_("This plan is withdrawn. Choose another one."))
        limit, others = self.paper.limit_of(part.question.code), self.in_the_way(part)
        if limit and others:
            raise Invalid(
                N_(
                    "You may choose in %(most)s of these areas: %(asked)s. Your list has plans of "
                    "%(areas)s. Take the plans of one area off first."
                ),
                most=limit.most,
                asked=", ".join(self.paper.names(limit)),
                areas=", ".join(one.question.title for one in others),
            )
        part.check_fits(code)
        return self._changed(part, (*part.chosen, code))

    def without_plan(self, code: str) -> "ShoppingList":
        """The list without one plan. Raises `Conflict`."""
        part = self.part_of(code)
        return self._changed(part, tuple(c for c in part.chosen if c != code))

    def without_area(self, question: str) -> "ShoppingList":
        """The list without the plans of one area. Raises `Conflict`."""
        for part in self.parts:
            if part.question.code == question:
                return self._changed(part, ())
        raise Conflict(N_("This plan is not on the ballot. Look at the list of plans again."))

    def refusal(self) -> Invalid | Conflict | None:
        """Why it is no ballot yet; nothing when it is one."""
        try:
            self.paper.check([part.chosen for part in self.parts])
        except (Invalid, Conflict) as refused:
            return refused
        return None

    def _changed(self, part: Part, chosen: tuple[str, ...]) -> "ShoppingList":
        changed = Part(part.question, chosen)
        parts = tuple(changed if one is part else one for one in self.parts)
        return ShoppingList(self.paper, parts, self.withdrawn)


def is_listed(questions: Iterable[Question]) -> bool:
    """Whether a ballot is filled in as a list; else by points or in an order."""
    return all(question.kind in LISTED for question in questions)


def _known(question: Question, codes: Sequence[str]) -> tuple[str, ...]:
    if question.kind not in LISTED:
        return ()
    return tuple(dict.fromkeys(code for code in codes if code in question.options))
