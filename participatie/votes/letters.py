"""What goes to who prints the letters: an encrypted file, or letters to print here with a QR code.

The one module that loads the library of QR codes.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import segno
from nacl.public import PublicKey, SealedBox

from participatie.core.errors import N_, Invalid
from participatie.votes.rules.letter_codes import groups
from participatie.votes.services.letter_codes import Letter

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate; such a cell gets an apostrophe before it."""


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code as a page draws it: `path` in a square of `size` by `size`."""

    size: int
    path: str

    @property
    def picture(self) -> str:
        """As an SVG file."""
        side = self.size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
            ' shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
            f'<path fill="#000" d="{self.path}"/></svg>'
        )


def square(address: str) -> Square:
    """The QR code of an address, still readable when 15 % of it is dirty."""
    code = segno.make(address, micro=False, error="m")
    border = 4  # what scanners ask for
    runs: list[str] = []
    for line, modules in enumerate(code.matrix):
        place = 0
        while place < len(modules):
            length = 1
            while place + length < len(modules) and modules[place + length] == modules[place]:
                length += 1
            if modules[place]:
                runs.append(f"M{place + border} {line + border}h{length}v1h-{length}z")
            place += length
    return Square(len(code.matrix) + 2 * border, "".join(runs))


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
