"""Money is a whole number of cents everywhere; this is how a person reads and types it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_currency, format_decimal

from participatie.core.errors import N_, Invalid

MOST = 10**13
"""Cents: a hundred thousand million euros, far above any budget."""
TIMES = {"": 1, "k": 1000, "duizend": 1000, "ton": 100_000, "mln": 10**6, "miljoen": 10**6}

_WHOLE = "¤\N{NO-BREAK SPACE}#,##0;-¤\N{NO-BREAK SPACE}#,##0"
_AND_CENTS = "¤\N{NO-BREAK SPACE}#,##0.00;-¤\N{NO-BREAK SPACE}#,##0.00"
_SPACES = re.compile(r"\s+")
_TYPED = re.compile(
    r"(?:€|eur|euro)?(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:[.,](?P<rest>\d{1,2})|,[-–—]{1,2})?"
    r"(?P<times>k|duizend|ton|mln|miljoen)?\.?(?:€|eur|euro)?"
)


class Euros(int):
    """Cents in a sentence that is still to be said: each reader gets them as the page writes them.

    Who says no language gets them the Dutch way.
    """

    def __str__(self) -> str:
        return euros(self)


def in_words_of(values: Mapping[str, object], locale: str) -> dict[str, object]:
    """The values of a sentence, with the amounts and numbers as that language writes them.

    The number of a thing is no such number: it comes as a text.
    """
    return {name: _in_words_of(value, locale) for name, value in values.items()}


def _in_words_of(value: object, locale: str) -> object:
    if isinstance(value, Euros):
        return euros(value, locale)
    return format_decimal(value, locale=locale) if isinstance(value, int) else value


def euros(cents: int, locale: str = "nl") -> str:
    """«€ 12.000», and «€ 12.000,50» when there are cents; the space does not break.

    Other languages have their own marks: «€ 12,000.50» in English.
    """
    if locale != "nl":
        pattern = _AND_CENTS if cents % 100 else _WHOLE
        amount = Decimal(cents) / 100
        return format_currency(amount, "EUR", pattern, locale=locale, currency_digits=False)
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
