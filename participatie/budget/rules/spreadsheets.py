"""The spreadsheet on which colleagues without an account fill in what they find, a line a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from participatie.budget.rules.assessment import Findings, Verdict
from participatie.core.errors import N_, DomainError, Invalid
from participatie.core.money import cents

MOST_LINES = 1000
FIRST_LINE = 2
"""As a program for spreadsheets numbers it: the first line holds the names of the columns."""
CENTS = 100

Cell = str | int | float | None


class Column(StrEnum):
    """The columns of the spreadsheet, in their order."""

    NUMBER = "number"
    TITLE = "title"
    ADVISER = "adviser"
    VERDICT = "verdict"
    COST = "cost"
    YEARLY_COST = "yearly_cost"
    DURATION = "duration"
    EXPLANATION = "explanation"
    REASON = "reason"
    CHANGED_TEXT = "changed_text"
    FINISH = "finish"


TEXTS = (Column.DURATION, Column.EXPLANATION, Column.REASON, Column.CHANGED_TEXT)
FILLED_IN = tuple(column for column in Column if column not in {Column.NUMBER, Column.TITLE})


@dataclass(frozen=True, slots=True)
class Line:
    """One line that somebody filled in: which plan, whose assessment, and whether it is done."""

    line: int
    project_id: int
    adviser: str
    findings: Findings
    finishes: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong on one line."""

    line: int
    error: DomainError


class Unreadable(Invalid):
    """A spreadsheet of which nothing is taken in; it says what is wrong on each line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            N_("Nothing is taken in. Mend these lines, and send the spreadsheet again."),
            field="document",
        )
        self.faults = tuple(faults)


def lines_of(
    rows: Iterable[Sequence[Cell]], verdicts: Mapping[str, Verdict], *, yes: str
) -> list[Line]:
    """The lines that were filled in; one with only the plan on it is left out.

    `verdicts` and `yes` are the words on the spreadsheet. Raises `Unreadable` with all faults.
    """
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in enumerate(rows, FIRST_LINE):
        row = dict(zip(Column, (*cells, *(None,) * len(Column)), strict=False))
        if not any(_text(row[column]) for column in FILLED_IN):
            continue
        if len(lines) + len(faults) >= MOST_LINES:
            error = Invalid(N_("A spreadsheet has at most %(most)s lines."), most=MOST_LINES)
            raise Unreadable([*faults, Fault(number, error)])
        try:
            lines.append(_line(number, row, verdicts, yes))
        except Invalid as error:
            faults.append(Fault(number, error))
    faults += _twice(lines)
    if faults:
        raise Unreadable(sorted(faults, key=lambda fault: fault.line))
    if not lines:
        raise Invalid(N_("Nobody filled in anything on this spreadsheet."), field="document")
    return lines


def _line(
    number: int, row: Mapping[Column, Cell], verdicts: Mapping[str, Verdict], yes: str
) -> Line:
    words = {word.casefold(): verdict for word, verdict in verdicts.items()}
    said = _text(row[Column.VERDICT]).casefold()
    if said and said not in words:
        raise Invalid(
            N_("«%(word)s» is no verdict. Choose one of: %(words)s."),
            word=_text(row[Column.VERDICT])[:40],
            words=", ".join(verdicts),
        )
    project_id = _text(row[Column.NUMBER]).removesuffix(".0")
    if not project_id.isascii() or not project_id.isdecimal() or len(project_id) > 15:
        raise Invalid(N_("The number of the plan is gone. Leave the first column as it is."))
    findings = Findings(
        verdict=words.get(said, Verdict.UNDECIDED),
        cost=_amount(row[Column.COST]),
        yearly_cost=_amount(row[Column.YEARLY_COST]),
        **{column.value: _text(row[column]) for column in TEXTS},
    )
    finishes = _text(row[Column.FINISH]).casefold() == yes.casefold()
    return Line(number, int(project_id), _text(row[Column.ADVISER]), findings, finishes)


def _twice(lines: Iterable[Line]) -> Iterable[Fault]:
    seen: set[int] = set()
    for line in lines:
        if line.project_id in seen:
            yield Fault(line.line, Invalid(N_("This plan stands on the spreadsheet twice.")))
        seen.add(line.project_id)


def _amount(cell: Cell) -> int | None:
    """Cents: a number is euros, and a text is read as people type it. Raises `Invalid`."""
    if cell is None or isinstance(cell, str):
        return cents(cell) if cell and cell.strip() else None
    amount = Decimal(str(cell))
    if not amount.is_finite() or amount < 0 or amount * CENTS % 1:
        raise Invalid(N_("We cannot read this amount. Write it like 12000 or 12.000,50."))
    return cents(f"{amount:.2f}")


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
