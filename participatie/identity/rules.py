"""Who someone is, as far as participation needs to know."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from participatie.core.errors import N_, Invalid

IDLE_LIMIT = timedelta(minutes=30)
STAFF_LIMIT = timedelta(hours=10)
RESIDENT_LIMIT = timedelta(hours=3)
LINK_LIMIT = timedelta(hours=1)

LOGINS = (3000, timedelta(minutes=10))
"""How often one network address may begin to log in: thousands of voters share that of a mobile
carrier, and beginning guesses nothing."""
LINKS = (5, timedelta(hours=1))
"""How often a link is mailed to one address, or asked by one person."""
GUESSES = (300, timedelta(minutes=10))
"""How often one network address may ask for a link, or try one: so many that a town hall full of
colleagues does not lock itself out, and nothing against codes of 256 bits."""

SHORTEST_NAME, LONGEST_NAME = 2, 60
LONGEST_ADDRESS = 254

_ADDRESS = re.compile(
    r"(?!\.)[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


class Role(StrEnum):
    """What someone may be in the whole municipality; teams of one process come on top."""

    RESIDENT = "resident"
    ASSESSOR = "assessor"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"
    SECOND = "second"
    DESK = "desk"
    MODERATOR = "moderator"
    COLLEAGUE = "colleague"


OFFICIALS = frozenset({Role.ASSESSOR, Role.CLERK, Role.ADMINISTRATOR})
"""Who speaks for the municipality."""
STAFF = OFFICIALS | {Role.SECOND, Role.DESK, Role.MODERATOR, Role.COLLEAGUE}
"""Who logs in to work. The second person (tweede persoon) only confirms what a clerk asks; the desk
(balie) only helps voters who come there; a moderator only judges contributions. A colleague
(medewerker) may nothing but what the teams give in which they are."""


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


REQUIRED_ASSURANCE = Assurance.MIDDEN
"""What a provider must be sure of at least, before somebody is let in."""


class LinkPurpose(StrEnum):
    """What a mailed link is for."""

    LOG_IN = "log_in"
    CONFIRM = "confirm_address"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a log-in says of somebody beside who they are; None is not said.

    It stands in the sealed session only, until that ends. Printing it shows nothing.
    """

    born_on: date | None = field(default=None, repr=False)
    postcode: str | None = field(default=None, repr=False)
    lives_here: bool | None = field(default=None, repr=False)


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: given to services, never looked up by them.

    `id` is the number of the account; None for a visitor who is not logged in and for the system.
    """

    id: int | None = None
    roles: frozenset[Role] = frozenset()
    assurance: Assurance = Assurance.NONE
    on_behalf_of: int | None = None
    facts: Facts = NO_FACTS

    @property
    def is_resident(self) -> bool:
        return Role.RESIDENT in self.roles

    @property
    def is_clerk(self) -> bool:
        return not self.roles.isdisjoint({Role.CLERK, Role.ADMINISTRATOR})

    @property
    def moderates(self) -> bool:
        """Whether this person judges what others publish; a clerk may too."""
        return self.is_clerk or Role.MODERATOR in self.roles

    @property
    def is_at_desk(self) -> bool:
        """Whether this person may help a voter who stands at the desk; a clerk may too."""
        return self.is_clerk or Role.DESK in self.roles


VISITOR = Actor()


def is_bsn(number: str) -> bool:
    """Whether `number` passes the test of eleven for a burgerservicenummer.

    Nine digits, weighed 9 to 2 and −1, add up to a multiple of eleven; nine zeros are refused.
    """
    if len(number) != 9 or not number.isascii() or not number.isdecimal() or number == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(digit) for w, digit in zip(weights, number, strict=True)) % 11 == 0


def mail_address(typed: str) -> str:
    """A mail address as we keep it: lower case, without space around it. Raises `Invalid`."""
    address = typed.strip().lower()
    if len(address) > LONGEST_ADDRESS or ".." in address or not _ADDRESS.fullmatch(address):
        raise Invalid(
            N_("Fill in a mail address with an @ and a point, like name@example.nl."),
            field="email",
        )
    return address


def public_name(typed: str) -> str:
    """The name that others see, on one line. Raises `Invalid` when it is too short or too long."""
    name = " ".join(typed.split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid(
            N_("Fill in a name of %(least)s to %(most)s characters."),
            field="public_name",
            least=SHORTEST_NAME,
            most=LONGEST_NAME,
        )
    return name
