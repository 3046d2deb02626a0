"""The list of plans that a resident makes."""

from collections.abc import Sequence
from dataclasses import dataclass

from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import euros
from participatie.votes.rules.kinds import Question


@dataclass(frozen=True, slots=True)
class ShoppingList:
    """The plans that a resident wants, within the money. Amounts in cents."""

    question: Question
    chosen: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: Question, codes: Sequence[str]) -> "ShoppingList":
        """A list kept from before: what is no longer on the ballot is left out."""
        known = (code for code in codes if code in question.options)
        return cls(question, tuple(dict.fromkeys(known)))

    @property
    def money(self) -> int:
        return self.question.budget or 0

    @property
    def total(self) -> int:
        return sum(self.question.options[code].cost for code in self.chosen)

    @property
    def left(self) -> int:
        return self.money - self.total

    def fits(self, code: str) -> bool:
        """Whether the money left pays this plan too."""
        return self.question.options[code].cost <= self.left

    def with_plan(self, code: str) -> "ShoppingList":
        """The list with one plan more. Raises `Conflict` and `Invalid`, with what is missing."""
        if code not in self.question.options:
            raise Conflict(N_("This plan is not on the ballot. Look at the list of plans again."))
        if code in self.chosen:
            return self
        if not self.fits(code):
            cost = self.question.options[code].cost
            raise Invalid(
                N_(
                    "This plan does not fit. It costs %(cost)s and you have %(left)s left. "
                    "Take plans of %(short)s or more off your list first."
                ),
                cost=euros(cost),
                left=euros(self.left),
                short=euros(cost - self.left),
            )
        return ShoppingList(self.question, (*self.chosen, code))

    def without_plan(self, code: str) -> "ShoppingList":
        """The list without one plan."""
        return ShoppingList(self.question, tuple(c for c in self.chosen if c != code))
