"""In which order a list stands, and by which formula: the page that tells them says the same."""

from datetime import date
from enum import StrEnum
from hashlib import md5


class Order(StrEnum):
    """How a list is ordered. What stays equal stands by number, the newest first."""

    RANDOM = "random"
    NEWEST = "newest"
    SUPPORT = "support"
    DISCUSSED = "discussed"
    PACE = "pace"
    MATCH = "match"


ALWAYS = (Order.RANDOM, Order.NEWEST, Order.SUPPORT)
"""Every list offers these; the first is what a reader gets who chose nothing."""

ON_CHOICE = (Order.DISCUSSED, Order.PACE)
"""A process offers these when the griffie has switched them on."""


def seed_for(account_id: int | None, day: date) -> str:
    """From what the drawn order of a reader follows: an account keeps one order for ever.

    Readers without a log-in share one order, which is another one each day.
    """
    return f"day {day.isoformat()}" if account_id is None else f"account {account_id}"


def place_drawn(seed: str, number: int) -> str:
    """By what a contribution stands in a drawn order: the md5 of the seed, a space and its number.

    Each has the same chance of each place, and nobody can choose one.
    """
    return md5(f"{seed} {number}".encode(), usedforsecurity=False).hexdigest()


def pace(supporters: int, published: date, today: date) -> float:
    """The supporters for each day that it stands there; the day of publication counts as one."""
    return supporters / ((today - published).days + 1)
