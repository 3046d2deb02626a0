"""The rules of a ballot: what may stand on it, when it may be cast, and how it is counted."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import euros
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule

GREEDY = {"rule": "greedy", "ties": ["cost", "votes", "lot"], "lot": [], "publish_choices": True}
"""Most votes first, as long as the money lasts; what a round of a budget has when nobody chose."""

KNOWN_SETTINGS = frozenset({"rule", "ties", "lot", "completion", "publish_choices"})


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


@dataclass(frozen=True, slots=True)
class Paper:
    """The ballot paper of a round: what may be chosen, and the money in cents."""

    budget: int
    options: Mapping[str, Option]

    def check(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """`chosen` in its one written form. Raises `Invalid` or `Conflict`."""
        return check_knapsack(chosen, self.options, budget=self.budget)


def counting_rules(settings: Mapping[str, Any]) -> Rules:
    """The rules of the count that a round was set up with. Raises `Invalid`."""
    unknown = sorted(settings.keys() - KNOWN_SETTINGS)
    if unknown:
        raise Invalid(N_("The count has no setting called %(name)s."), name=unknown[0])
    try:
        return Rules(
            rule=Rule(settings["rule"]),
            ties=tuple(TieRule(name) for name in settings.get("ties", ())),
            lot=tuple(settings.get("lot", ())),
            completion=Completion(settings.get("completion", Completion.NONE)),
        )
    except (KeyError, ValueError) as error:
        raise Invalid(N_("The count has no rule called %(name)s."), name=error.args[0]) from None


def publishes_choices(settings: Mapping[str, Any]) -> bool:
    """Whether all choices of a round are published, without names, when it is counted."""
    return settings.get("publish_choices") is True


def fingerprint(facts: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of `facts`: keys sorted, no spaces, UTF-8."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
