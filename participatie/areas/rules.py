"""Postcodes, as people write them and as an area holds them."""

import re

from participatie.core.errors import N_, Invalid

_WHOLE = re.compile(r"[1-9][0-9]{3}(?!SA|SD|SS)[A-Z]{2}")
_DIGITS = re.compile(r"[1-9][0-9]{3}")


def postcode(typed: str, *, field: str = "postcode") -> str:
    """The postcode of a home, like «1441 ab», as it is kept: «1441AB». Raises `Invalid`."""
    written = _joined(typed)
    if not _WHOLE.fullmatch(written):
        raise Invalid(
            N_("Fill in your postcode with four digits and two letters, like 1441 AB."),
            field=field,
        )
    return written


def postcodes(typed: str, *, field: str = "postcodes") -> tuple[str, ...]:
    """The postcodes of an area, whole ones or their four digits, each once and in order.

    They stand apart by a comma, a semicolon or a line. Raises `Invalid` with the one that is none.
    """
    found = set()
    for piece in re.split(r"[,;\n]", typed):
        written = _joined(piece)
        if not written:
            continue
        if not (_WHOLE.fullmatch(written) or _DIGITS.fullmatch(written)):
            raise Invalid(
                N_("“%(typed)s” is no postcode. Write 1441 or 1441 AB, with commas between."),
                field=field,
                typed=piece.strip()[:20],
            )
        found.add(written)
    return tuple(sorted(found))


def _joined(typed: str) -> str:
    return "".join(typed.split()).upper()
