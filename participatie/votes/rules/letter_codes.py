"""Letter codes: how they are written and read, what becomes of them, and that a batch balances.

A letter code is twelve characters in three groups of four: eleven drawn by chance and a check
character. It is made to be copied from paper by hand and read aloud over the telephone.
"""

import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum

from participatie.core.errors import N_, Invalid

SYMBOLS = "0123456789CFHJKMPRTVWXY"
"""Twenty-three, a prime: so a weighted sum finds every single mistake and every swap. No vowels,
so that no code is a word."""

LOOK_ALIKES = {
    "A": "4",
    "B": "8",
    "D": "0",
    "E": "F",
    "G": "6",
    "I": "1",
    "L": "1",
    "N": "M",
    "O": "0",
    "Q": "0",
    "S": "5",
    "U": "V",
    "Z": "2",
}
"""What stands in no code, and the character that was meant: so every letter can be read."""

LENGTH = 12
GROUP = 4
FIELD = "code"
MOST_CODES = 200_000
MOST_PRINTED_HERE = 2_000
"""More letters than this are printed by a printing company, from a file that it alone opens."""

PROOF = "PR0F"
"""With what the code of a proof letter begins; no code that is drawn does."""
PROOF_LETTERS = 3

TRIES = (60, timedelta(minutes=10))
"""How many codes that do not exist one network address may try. A mistake in typing does not count
(the check character finds it), nor does a code that works: so a town hall full of voters never
locks itself out, and one code in thousands of millions is no chance at all."""


class CodeKind(StrEnum):
    """To whom a code belongs."""

    PERSONAL = "personal"  # to one row of the roll: this code and a log-in are one vote
    NAMELESS = "nameless"  # to who holds the letter: the round takes no other log-in then


class BatchKind(StrEnum):
    """Why a batch of codes was made. Each goes its own way to the printer."""

    LETTERS = "letters"
    UNLISTED = "unlisted"  # addresses that may not become known (geheim)
    NEWCOMERS = "newcomers"
    REISSUED = "reissued"  # in the place of a letter that was lost, or at the desk


class CodeState(StrEnum):
    """What became of a code. Only one that is out can be used."""

    OUT = "out"
    RETURNED = "returned"  # the letter came back
    REVOKED = "revoked"  # lost, or replaced by another one


TRANSITIONS: dict[CodeState, frozenset[CodeState]] = {
    CodeState.OUT: frozenset({CodeState.RETURNED, CodeState.REVOKED}),
    CodeState.RETURNED: frozenset(),
    CodeState.REVOKED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the codes of one batch."""

    printed: int
    used: int = 0
    returned: int = 0
    revoked: int = 0
    unused: int = 0

    @property
    def difference(self) -> int:
        """Codes that were printed and are nowhere; below zero, codes that nobody printed."""
        return self.printed - self.used - self.returned - self.revoked - self.unused

    @property
    def holds(self) -> bool:
        """A batch balances: printed = used + returned + revoked + unused."""
        return self.difference == 0

    def __add__(self, other: "Balance") -> "Balance":
        both = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Balance(*map(sum, both))


def new_code(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A code drawn by chance; `below(n)` draws a number under n."""
    drawn = "".join(SYMBOLS[below(len(SYMBOLS))] for _ in range(LENGTH - 1))
    return new_code(below) if is_proof(drawn) else drawn + check_character(drawn)


def proof_code(number: int) -> str:
    """The code of a proof letter: it is read as any other, and nobody can vote with it."""
    drawn = f"{PROOF}{number:0{LENGTH - 1 - len(PROOF)}d}"
    return drawn + check_character(drawn)


def is_proof(code: str) -> bool:
    return code.startswith(PROOF)


def check_character(drawn: str) -> str:
    """The last character: with it the sum of value × place is a multiple of 23.

    All places weigh differently and none weighs nothing, so a code with one other character, or
    with two characters swapped, is no code.
    """
    rest = _sum(drawn)
    return next(symbol for symbol in SYMBOLS if (rest + LENGTH * _value(symbol)) % _PRIME == 0)


def read_code(typed: str) -> str:
    """The code that somebody typed or pasted, as it was printed but without spaces.

    Spaces, dashes, small letters and look-alikes make no difference. Raises `Invalid`.
    """
    code = plain(typed, LOOK_ALIKES)
    if not code:
        raise Invalid(N_("Fill in the code from your letter."), field=FIELD)
    if len(code) != LENGTH:
        raise Invalid(
            N_("A code has %(length)s characters. You filled in %(found)s."),
            field=FIELD,
            length=LENGTH,
            found=len(code),
        )
    if not set(code) <= set(SYMBOLS) or _sum(code) % _PRIME:
        raise Invalid(
            N_("There is a mistake in this code. Compare it with your letter, group by group."),
            field=FIELD,
        )
    return code


def plain(typed: str, look_alikes: Mapping[str, str]) -> str:
    """Letters and digits of what was typed, in capitals, look-alikes replaced."""
    shown = unicodedata.normalize("NFKC", typed).upper()
    return "".join(look_alikes.get(char, char) for char in shown if char.isalnum())


def groups(code: str) -> str:
    """A code as it is printed: three groups of four."""
    return " ".join(_groups(code))


def _groups(code: str) -> Iterator[str]:
    for start in range(0, len(code), GROUP):
        yield code[start : start + GROUP]


_PRIME = len(SYMBOLS)
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}


def _value(symbol: str) -> int:
    return _VALUES[symbol]


def _sum(code: str) -> int:
    return sum(place * _value(symbol) for place, symbol in enumerate(code, 1))
