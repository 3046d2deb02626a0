"""Money is a whole number of cents everywhere; this is how a person reads and types it."""

import re
from fractions import Fraction

from participatie.core.errors import N_, Invalid

MOST = 10**13
"""Cents: a hundred thousand million euros, far above any budget."""
TIMES = {"": 1, "k": 1000, "duizend": 1000, "ton": 100_000, "mln": 10**6, "miljoen": 10**6}

_SPACES = re.compile(r"\s+")
_TYPED = re.compile(
    r"(?:€|eur|euro)?(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:[.,](?P<rest>\d{1,2})|,[-–—]{1,2})?"
    r"(?P<times>k|duizend|ton|mln|miljoen)?\.?(?:€|eur|euro)?"
)


def euros(cents: int) -> str:
    """«€ 12.000», and «€ 12.000,50» when there are cents; the space does not break."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", ".")
    if rest:
        text += f",{rest:02d}"
    return f"{'−' if cents < 0 else ''}€\N{NO-BREAK SPACE}{text}"


def cents(typed: str, *, field: str | None = None) -> int:
    """The amount that somebody typed the Dutch way: «€ 100.000», «12.000,50», «2,5 miljoen».

    A point parts thousands and a comma cents; a point before one or two digits at the end is read
    as a comma. Raises `Invalid` for anything else: nothing about money is guessed.
    """
    found = _TYPED.fullmatch(_SPACES.sub("", typed).casefold())
    if found is None:
        raise Invalid(
            N_("We cannot read this amount. Write it like 12000 or 12.000,50."), field=field
        )
    number = Fraction(f"{found['whole'].replace('.', '')}.{found['rest'] or 0}")
    amount = number * TIMES[found["times"] or ""] * 100
    if amount > MOST:
        raise Invalid(N_("This amount is too high. Look at the zeros."), field=field)
    return int(amount)
