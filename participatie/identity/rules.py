"""Who someone is, as far as participation needs to know."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

IDLE_LIMIT = timedelta(minutes=30)
STAFF_LIMIT = timedelta(hours=10)
RESIDENT_LIMIT = timedelta(hours=3)
LINK_LIMIT = timedelta(hours=1)


class Role(StrEnum):
    """What someone may be in the whole municipality; teams of one process come on top."""

    RESIDENT = "resident"
    ASSESSOR = "assessor"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.ASSESSOR, Role.CLERK, Role.ADMINISTRATOR})


class Assurance(StrEnum):
    """How sure we are of who someone is (betrouwbaarheidsniveau), from low to high."""

    NONE = "none"
    EMAIL = "email"
    BASIS = "basis"
    MIDDEN = "midden"
    SUBSTANTIEEL = "substantieel"
    HOOG = "hoog"

    def reaches(self, required: "Assurance") -> bool:
        order = list(Assurance)
        return order.index(self) >= order.index(required)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: given to services, never looked up by them.

    `id` is the number of the account; None for a visitor who is not logged in and for the system.
    """

    id: int | None = None
    roles: frozenset[Role] = frozenset()
    assurance: Assurance = Assurance.NONE
    on_behalf_of: int | None = None

    @property
    def is_resident(self) -> bool:
        return Role.RESIDENT in self.roles

    @property
    def is_clerk(self) -> bool:
        return not self.roles.isdisjoint({Role.CLERK, Role.ADMINISTRATOR})


VISITOR = Actor()


def is_bsn(number: str) -> bool:
    """Whether `number` passes the test of eleven for a burgerservicenummer.

    Nine digits, weighed 9 to 2 and −1, add up to a multiple of eleven; nine zeros are refused.
    """
    if len(number) != 9 or not number.isascii() or not number.isdecimal() or number == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(digit) for w, digit in zip(weights, number, strict=True)) % 11 == 0
