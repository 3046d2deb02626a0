"""How long a text may be."""

from participatie.core.errors import N_, Invalid


def check_length(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text`, when its number of characters is within `limits`. Raises `Invalid`.

    An emoji or an accented letter counts as its code points after composition, the way the
    database counts.
    """
    least, most = limits
    if not text:
        raise Invalid(N_("This cannot be empty."), field=field)
    if len(text) < least:
        raise Invalid(
            N_("Write at least %(least)s characters. You have %(number)s."),
            field=field,
            least=least,
            number=len(text),
        )
    if len(text) > most:
        raise Invalid(
            N_("Write at most %(most)s characters. You have %(number)s."),
            field=field,
            most=most,
            number=len(text),
        )
    return text
