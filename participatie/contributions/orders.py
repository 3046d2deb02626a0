"""In which order a list stands, and by which formula: the page that tells them says the same."""

import math
from datetime import date, timedelta
from enum import StrEnum
from hashlib import md5


class Order(StrEnum):
    """How a list is ordered. What stays equal stands by number, the newest first."""

    RANDOM = "random"
    NEWEST = "newest"
    SUPPORT = "support"
    DISCUSSED = "discussed"
    PACE = "pace"
    LATELY = "lately"
    SURELY = "surely"
    MATCH = "match"


ALWAYS = (Order.RANDOM, Order.NEWEST, Order.SUPPORT)
"""Every list offers these; the first is what a reader gets who chose nothing."""

ON_CHOICE = (Order.DISCUSSED, Order.PACE, Order.LATELY, Order.SURELY)
"""A process offers these when the griffie has switched them on."""

LATELY = timedelta(days=7)
"""How far back what happens counts, where it is asked what is talked about lately."""

CONFIDENCE = 1.96
"""The z of 95 %: how sure one wants to be of a share."""


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


def surely(agree: int, disagree: int) -> float:
    """The share who agree that one can be sure of, by 95 %: the lower bound of Wilson.

    One of one counts for less than ninety of a hundred; without any opinion it is 0.
    """
    number = agree + disagree
    if not number:
        return 0.0
    share, z = agree / number, CONFIDENCE
    middle = share + z * z / (2 * number)
    margin = z * math.sqrt((share * (1 - share) + z * z / (4 * number)) / number)
    return (middle - margin) / (1 + z * z / number)
