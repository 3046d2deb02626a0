"""Exact amounts. Money is a whole number of minor units (cents); never a float.

A currency unit has 100 minor units; a file that writes amounts with more than two decimals has as
many minor units to the unit as its decimals need (1000, 10000, …), so every amount stays whole.
"""

import re

DECIMAL = re.compile(r"(\d{1,24})(?:\.(\d{0,12}))?", re.ASCII)
"""More digits than any treasury has are no amount: they would only keep the machine busy."""


def decimals(text: str) -> int:
    """How many decimals the amount `text` needs; "400000.0" needs none. ValueError if no amount."""
    return len(_parts(text)[1])


def minor_units(text: str, per_unit: int) -> int:
    """The amount written in `text` ("12.50") in minor units, `per_unit` (a power of ten) to one."""
    whole, fraction = _parts(text)
    width = len(str(per_unit)) - 1
    if len(fraction) > width:
        raise ValueError(f"{text!r} has more than {width} decimals")
    return int(whole) * per_unit + int(fraction.ljust(width, "0") or "0")


def plain(amount: int, per_unit: int) -> str:
    """The amount as a file or JSON writes it: 7670000 cents is "76700.00"."""
    width = len(str(per_unit)) - 1
    whole, fraction = divmod(amount, per_unit)
    return f"{whole}.{fraction:0{width}d}" if width else str(whole)


def dutch(amount: int, per_unit: int, symbol: str = "€") -> str:
    """The amount as a Dutch page writes it: "€ 12.000" or "€ 8.450,50"."""
    whole, fraction = divmod(amount, per_unit)
    text = f"{whole:,}".replace(",", ".")
    width = len(str(per_unit)) - 1
    return f"{symbol} {text},{fraction:0{width}d}" if fraction else f"{symbol} {text}"


def _parts(text: str) -> tuple[str, str]:
    match = DECIMAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not an amount")
    return match[1], (match[2] or "").rstrip("0")
