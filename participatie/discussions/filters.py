"""What a reader chooses on a list of discussions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

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
