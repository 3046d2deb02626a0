"""Codes that people read, print and type: 80 bits and a check character, in groups of four."""

from participatie.core.errors import N_, Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which look like others or make words."""

RAW = 10  # bytes that make a code
LENGTH = RAW * 8 // 5
GROUP = 4
_LOOK_ALIKES = str.maketrans("ILO", "110", " -\t\r\n\u00a0\u2013")


def written(raw: bytes) -> str:
    """The code of ten bytes: sixteen characters and one to check them."""
    if len(raw) != RAW:
        raise ValueError(f"a code is made of {RAW} bytes")
    number = int.from_bytes(raw)
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that a code ends with: Luhn's, to base 32.

    One wrong character never goes unseen, and two neighbours in the wrong order hardly ever.
    """
    total = 0
    for place, character in enumerate(reversed(body)):
        double, rest = divmod(ALPHABET.index(character) * (2 - place % 2), 32)
        total += double + rest
    return ALPHABET[-total % 32]


def grouped(code: str) -> str:
    """`code` as it is shown: «ABCD EFGH …»."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str, *, length: int = LENGTH) -> str:
    """The code that somebody typed, with spaces, small letters or look-alikes. Raises `Invalid`."""
    code = text.upper().translate(_LOOK_ALIKES)
    known = set(code) <= set(ALPHABET)
    if not known or len(code) != length + 1 or check_character(code[:-1]) != code[-1]:
        raise Invalid(N_("This is not a code of ours. Compare it with what you wrote down."))
    return code
