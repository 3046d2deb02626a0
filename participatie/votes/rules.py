"""The rules of a ballot: what may stand on it, and when it may be cast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import euros


class RoundState(StrEnum):
    """Where a vote round is on its way; being open for casting also depends on the clock."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"


TRANSITIONS: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.COUNTED}),
    RoundState.COUNTED: frozenset(),
}


class BallotKind(StrEnum):
    """How a ballot is filled in; only the first can be set up now."""

    KNAPSACK = "knapsack"


class Channel(StrEnum):
    """How a vote came in."""

    LOGIN = "login"
    CODE = "code"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice on the ballot with its frozen cost in cents. `code` is unique in its round."""

    code: str
    title: str
    cost: int


def check_knapsack(
    chosen: Sequence[str], options: Mapping[str, Option], *, budget: int
) -> tuple[str, ...]:
    """The ballot `chosen` in its one written form: codes sorted.

    A knapsack ballot names at least one option, each once, that together cost at most the
    budget. Raises `Invalid` with what to change, `Conflict` for an option that is not on the
    ballot (any more).
    """
    if not chosen:
        raise Invalid(N_("Choose at least one plan."))
    unknown = [code for code in chosen if code not in options]
    if unknown:
        raise Conflict(N_("A plan on your list is not on the ballot. Look at your list again."))
    if len(set(chosen)) != len(chosen):
        raise Invalid(N_("A plan stands on your list twice."))
    total = sum(options[code].cost for code in chosen)
    if total > budget:
        raise Invalid(
            N_(
                "Your list costs %(total)s. There is %(budget)s to divide. "
                "Take a plan of %(over)s or more off your list."
            ),
            total=euros(total),
            budget=euros(budget),
            over=euros(total - budget),
        )
    return tuple(sorted(chosen))
