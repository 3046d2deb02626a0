"""Why a project did not win: a code with the numbers that belong to it.

Pages and mails make sentences of them (`explain`); the published result holds the codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """Why a project did not win."""

    WITHDRAWN = "withdrawn"
    NO_VOTES = "no-votes"
    OVER_BUDGET = "over-budget"
    BELOW_THRESHOLD = "below-threshold"
    NO_MONEY_LEFT = "no-money-left"
    STOPPED = "stopped"
    EXCLUDED = "excluded"
    CATEGORY_FULL = "category-full"
    AREA_FULL = "area-full"
    SUPPORTERS_SHORT = "supporters-short"
    TOO_FEW_VOTES = "too-few-votes"
    ELIMINATED = "eliminated"
    PARTLY_FUNDED = "partly-funded"


AMOUNTS = frozenset({"cost", "budget", "left", "behind", "cost_at_most", "paid", "most"})


@dataclass(frozen=True, slots=True)
class Reason:
    """`facts` by name: those in AMOUNTS are minor units, others whole numbers or project ids."""

    code: Code
    facts: Mapping[str, int | str] = field(default_factory=dict)
