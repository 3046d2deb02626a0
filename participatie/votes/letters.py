"""What goes to who prints the letters: an encrypted file, or letters to print here."""

import csv
import io
from collections.abc import Callable, Sequence

from nacl.public import PublicKey, SealedBox

from participatie.core.errors import N_, Invalid
from participatie.votes.rules.letter_codes import groups
from participatie.votes.services.letter_codes import Letter

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate; such a cell gets an apostrophe before it."""


def printer_key(typed: str) -> PublicKey:
    """The public key of a printer: 64 hexadecimal characters. Raises `Invalid`."""
    try:
        return PublicKey(bytes.fromhex("".join(typed.split())))
    except (ValueError, TypeError):
        raise Invalid(
            N_("This is not the key of a printer: 64 characters, 0 to 9 and a to f."),
            field="printer_key",
        ) from None


def for_printer(
    letters: Sequence[Letter], key: PublicKey, *, address_of: Callable[[str], str]
) -> bytes:
    """The letters as a CSV that only the printer opens (a SealedBox of libsodium)."""
    text = io.StringIO()
    along = list(dict.fromkeys(name for letter in letters for name in letter.along))
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(["brief", "code", "adres_qr", *map(_cell, along)])
    for letter in letters:
        more = [_cell(letter.along.get(name, "")) for name in along]
        number = f"{letter.batch_id}-{letter.number}"
        rows.writerow([number, groups(letter.code), address_of(letter.code), *more])
    return SealedBox(key).encrypt(text.getvalue().encode("utf-8-sig"))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
