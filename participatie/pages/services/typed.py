"""What staff typed, as it is kept."""

from participatie.core.errors import N_, Invalid
from participatie.core.html import is_own_path, is_safe_address, readable
from participatie.core.wording import spaced_as


def line(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text` on one line. Raises `Invalid` when it is too short or too long."""
    return within(" ".join(readable(text).split()), limits, field=field)


def in_place_of(own: str, text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text` on one line, with the space before and behind it that `own` has."""
    return spaced_as(own, line(text, limits, field=field))


def within(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text`, when its length is within `limits`. Raises `Invalid`."""
    least, most = limits
    if not least <= len(text) <= most:
        raise Invalid(
            N_("Use %(least)s to %(most)s characters; these are %(number)s."),
            field=field,
            least=least,
            most=most,
            number=len(text),
        )
    return text


def link(address: str, most: int, *, field: str) -> str:
    """An address that a page may link to. Raises `Invalid`."""
    typed = address.strip()
    if len(typed) > most or not (is_own_path(typed) or is_safe_address(typed)):
        raise Invalid(
            N_("Fill in an address like /contact or https://www.example.nl."), field=field
        )
    return typed
