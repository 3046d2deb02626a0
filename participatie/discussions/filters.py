"""What a reader chooses on a list of discussions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from participatie.contributions import filters
from participatie.contributions.orders import Order

ORDERS = {
    "willekeurig": Order.RANDOM,
    "nieuwste": Order.NEWEST,
    "eens": Order.SUPPORT,
    "reacties": Order.DISCUSSED,
    "actueel": Order.LATELY,
    "zeker": Order.SURELY,
    "past": Order.MATCH,
}


@dataclass(frozen=True, slots=True)
class Filters(filters.Filters):
    """What is asked of discussions."""

    orders: ClassVar[Mapping[str, Order]] = ORDERS


def read(
    said: Mapping[str, str],
    *,
    areas: Iterable[Any],
    categories: Iterable[str],
    offered: Iterable[Order],
) -> Filters:
    """What an address asks for; what is not on offer counts as not chosen."""
    return filters.read(Filters, said, areas=areas, categories=categories, offered=offered, more={})
