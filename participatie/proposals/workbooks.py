"""Tables as XLSX: the only module that knows openpyxl, loaded when one is asked for."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

from participatie.core.errors import N_, Invalid
from participatie.media.packages import UNREADABLE
from participatie.proposals.rules.tables import FIELD, LONGEST_CELL, MOST_LINES

MOST_COLUMNS = 50


def read(content: bytes) -> list[list[str]]:
    """The cells of the first sheet; of a formula the value that was kept. Raises `Invalid`."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(
            max_row=MOST_LINES + 2, max_col=MOST_COLUMNS, values_only=True
        )
        return [[_text(value) for value in row] for row in rows]
    except (InvalidFileException, *UNREADABLE):
        raise Invalid(
            N_("This file cannot be read. Keep it as CSV or as XLSX and try it again."),
            field=FIELD,
        ) from None


def written(title: str, rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a sheet; a text is a text, also when it begins like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: object, value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        cell = WriteOnlyCell(sheet, value=value[:LONGEST_CELL])
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, value="".join(c for c in value if c.isprintable()))
    cell.data_type = "s"
    return cell


def _text(value: object) -> str:
    if value is None:
        return ""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if is_whole and isinstance(value, float) else str(value)
