"""Spreadsheets of xlsx, written and read: the only user of openpyxl.

Loaded where it is asked for, and nowhere else: other pages need no room for it.
"""

import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from participatie.budget.rules.spreadsheets import MOST_LINES, Cell, Column

WIDTHS = {Column.NUMBER: 9, Column.COST: 12, Column.YEARLY_COST: 12, Column.FINISH: 9}
WIDE = 32


def spreadsheet(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    choices: dict[Column, Sequence[str]],
) -> bytes:
    """A spreadsheet to fill in. No text in it is ever a formula, whoever wrote it."""
    book = Workbook()
    page = book.active
    page.title = title[:31]
    for line, cells in enumerate((headings, *rows), 1):
        for place, cell in enumerate(cells, 1):
            written = page.cell(line, place, cell)
            written.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell, str):
                written.data_type, written.quotePrefix = "s", True
    for heading, column in zip(page[1], Column, strict=True):
        heading.font = Font(bold=True)
        page.column_dimensions[heading.column_letter].width = WIDTHS.get(column, WIDE)
        if column in choices:
            words = ",".join(choices[column])
            rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            page.add_data_validation(rule)
            rule.add(f"{heading.column_letter}2:{heading.column_letter}{MOST_LINES}")
    page.freeze_panes = "C2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rows(content: bytes) -> Iterator[list[Cell]]:
    """The lines of the first page below its headings; of a formula what it last gave."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it does not know and we do not read
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for cells in book.worksheets[0].iter_rows(
                min_row=2, max_row=2 * MOST_LINES, max_col=len(Column), values_only=True
            ):
                yield [
                    cell if isinstance(cell, str | int | float | None) else str(cell)
                    for cell in cells
                ]
        finally:
            book.close()
