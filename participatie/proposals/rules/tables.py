"""Proposals as a table: which columns there are, and what a spreadsheet may make of a cell."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from participatie.core.errors import N_, Invalid

FIELD = "file"
TITLE, SUMMARY, TEXT = "titel", "samenvatting", "tekst"
CATEGORY, AREA, TAGS, NAME = "thema", "wijk", "trefwoorden", "naam"
LATITUDE, LONGITUDE = "breedtegraad", "lengtegraad"
NEEDED = (TITLE, SUMMARY, TEXT)
READ = (*NEEDED, CATEGORY, AREA, TAGS, NAME, LATITUDE, LONGITUDE)
"""The columns that are taken over."""
WRITTEN = (
    "nummer",
    *READ,
    "geplaatst op",
    "staat",
    "steun",
    "reacties",
    "antwoord",
    "tekst van het antwoord",
    "van de gemeente",
)
"""The columns of a file that we make; what is not taken over from it is left alone."""
MOST_NAMED = 5

MOST_LINES = 10_000
LONGEST_CELL = 32_000
"""A cell of a spreadsheet holds 32,767 characters."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DELIMITERS = ";,\t"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """What stands in a column; nothing when there is no such column."""
        return self.cells.get(column, "")


def safe(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula: an apostrophe goes before it."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def plain(cell: str) -> str:
    """What a cell said before `safe`."""
    is_guarded = cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'"))
    return cell[1:] if is_guarded else cell


def read_csv(content: bytes) -> list[list[str]]:
    """The cells of a CSV with `;`, `,` or tabs. Raises `Invalid` for what cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")  # as Excel writes it in the Netherlands
        except UnicodeDecodeError:
            raise _unreadable() from None
    try:
        delimiter = max(_DELIMITERS, key=lambda mark: _columns(text, mark))
        return [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error:
        raise _unreadable() from None


def written_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a CSV that spreadsheets in the Netherlands open as it is: UTF-8 with a mark, `;`."""
    text = io.StringIO(newline="")
    written = csv.writer(text, delimiter=";")
    for row in rows:
        written.writerow([safe(one) if isinstance(one, str) else one for one in row])
    return text.getvalue().encode("utf-8-sig")


def lines_of(rows: Sequence[Sequence[str]]) -> list[Line]:
    """The lines below the names of the columns; empty ones are left out. Raises `Invalid`.

    The order of the columns does not matter, nor capitals in their names.
    """
    if not rows:
        raise Invalid(N_("This file is empty. Choose another one."), field=FIELD)
    names = [name.strip().lower() for name in rows[0]]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Invalid(
            N_("Line 1 must name the columns. These are missing: %(names)s."),
            field=FIELD,
            names=", ".join(missing),
        )
    twice = [name for name in READ if names.count(name) > 1]
    if twice:
        raise Invalid(
            N_("Line 1 names these columns more than once: %(names)s."),
            field=FIELD,
            names=", ".join(twice),
        )
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row[len(names) :]):
            raise Invalid(
                N_(
                    "Line %(number)s has more cells than line 1 has columns. "
                    "Is there a text without quotation marks around it?"
                ),
                field=FIELD,
                number=number,
            )
    lines = [
        Line(number, _cells(names, row))
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(
            N_("A file holds 1 to %(most)s proposals. This one holds %(number)s."),
            field=FIELD,
            most=MOST_LINES,
            number=len(lines),
        )
    return lines


def unknown_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first of the columns of a file that no file of ours has: perhaps a name is misspelled."""
    names = [shorten(name, 40, placeholder="…") for name in rows[0]]
    return [name for name in names if name and name.lower() not in WRITTEN][:MOST_NAMED]


def _columns(text: str, delimiter: str) -> int:
    """How many of our columns the first line names, when `delimiter` stands between them."""
    head = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    return sum(name.strip().lower() in READ for name in head)


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells = zip(names, row, strict=False)
    return {name: plain(cell[:LONGEST_CELL].strip()) for name, cell in cells if name in READ}


def _unreadable() -> Invalid:
    return Invalid(
        N_("This file cannot be read. Keep it as CSV or as XLSX and try it again."), field=FIELD
    )
