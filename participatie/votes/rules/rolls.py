"""The file with which a municipality says who may vote: how it is read, and what is refused.

The file has one person a line, with a BSN or with a pseudonym. Other columns go along to the
printer of the letters, and nowhere else.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participatie.core.errors import N_, Invalid
from participatie.identity.rules import is_bsn

FIELD = "file"
MOST_LINES = 200_000
MOST_TOLD = 20
"""Refusals that are told at once; who has more mends these first."""

BSN_NAMES = frozenset({"bsn", "burgerservicenummer"})
PSEUDONYM_NAMES = frozenset({"pseudonym", "pseudoniem"})
UNLISTED_NAMES = frozenset({"geheim", "indicatie geheim", "unlisted"})
Fault = tuple[str, dict[str, Any]]
"""A sentence about one line, and the values that stand in it."""

ON_ONE_LINE = (("straat", "huisnummer"), ("postcode", "plaats"), ("postcode", "woonplaats"))
"""Columns that stand on one line of an address."""

YES = frozenset({"1", "j", "ja", "y", "yes", "x", "true", "waar"})


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One line: who may vote, by BSN or by pseudonym, and what goes along to the printer.

    It is used once and never stored; printing it shows nothing.
    """

    line: int
    bsn: str
    pseudonym: str
    is_unlisted: bool
    along: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Person(line={self.line})"


class Refused(Invalid):
    """A file that is not taken. `faults` says per line what must be mended; no line is repeated."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            N_(
                "Some lines are not right, so nothing is stored. Mend them and send the file again."
            ),
            field=FIELD,
        )
        self.faults = tuple(faults[:MOST_TOLD])


def read_roll(text: str) -> list[Person]:
    """The people in a file with commas or semicolons between its columns, all or none.

    Raises `Invalid` for a file that is none, `Refused` with the lines that are wrong.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not any(line.strip() for line in lines):
        raise Invalid(N_("This file is empty. Choose a file with one person a line."), field=FIELD)
    if len(lines) - 1 > MOST_LINES:
        raise Invalid(
            N_("This file has more than %(most)s lines. Split it."), field=FIELD, most=MOST_LINES
        )
    (_, names), *rows = _rows(lines)
    columns = _Columns.of([name.strip() for name in names])
    people, faults = list[Person](), list[Fault]()
    first_line = dict[str, int]()
    for line, row in rows:
        fault = columns.fault(row, line, first_line)
        if fault:
            faults.append(fault)
            continue
        people.append(columns.person(row, line))
        first_line[columns.key(row)] = line
    if faults:
        raise Refused(faults)
    if not people:
        raise Invalid(N_("This file has a first line and no people."), field=FIELD)
    return people


def _rows(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number and in columns."""
    first = next(line for line in lines if line.strip())
    rows = csv.reader(lines, delimiter=";" if first.count(";") >= first.count(",") else ",")
    try:
        return [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        raise Invalid(
            N_("This is no file with columns. Save your sheet as CSV and choose that file."),
            field=FIELD,
        ) from None


@dataclass(frozen=True, slots=True)
class _Columns:
    """What stands where in the file."""

    names: Sequence[str]
    who: int
    holds_bsn: bool
    unlisted: int | None

    @classmethod
    def of(cls, names: Sequence[str]) -> "_Columns":
        """Raises `Invalid` when no column says who, or two do."""
        bsn, pseudonym = _place(names, BSN_NAMES), _place(names, PSEUDONYM_NAMES)
        if bsn is not None and pseudonym is not None:
            raise Invalid(
                N_("This file has a column for BSN and one for pseudonym. Keep one."), field=FIELD
            )
        who = pseudonym if bsn is None else bsn
        if who is None:
            raise Invalid(
                N_("No column is called “bsn” or “pseudoniem”. Line 1 must name the columns."),
                field=FIELD,
            )
        return cls(names, who, bsn is not None, _place(names, UNLISTED_NAMES))

    def key(self, row: Sequence[str]) -> str:
        """Who a line is about. A BSN as it was meant: a spreadsheet takes the first zero away."""
        if not self.holds_bsn:
            return row[self.who].strip()
        digits = row[self.who].replace(".", "").replace(" ", "")
        return digits.zfill(9) if len(digits) == 8 else digits

    def fault(self, row: Sequence[str], line: int, first_line: Mapping[str, int]) -> Fault | None:
        """What is wrong with a line, without what stands on it."""
        if len(row) != len(self.names):
            sentence = N_("Line %(line)s has %(found)s columns and line 1 has %(wanted)s.")
            return sentence, {"line": line, "found": len(row), "wanted": len(self.names)}
        who = self.key(row)
        if self.holds_bsn and not is_bsn(who):
            return N_("Line %(line)s has no valid BSN."), {"line": line}
        if not who:
            return N_("Line %(line)s has no pseudonym."), {"line": line}
        if who in first_line:
            sentence = N_("Line %(line)s is the same person as line %(first)s.")
            return sentence, {"line": line, "first": first_line[who]}
        return None

    def person(self, row: Sequence[str], line: int) -> Person:
        who, unlisted = self.key(row), self.unlisted
        return Person(
            line=line,
            bsn=who if self.holds_bsn else "",
            pseudonym="" if self.holds_bsn else who,
            is_unlisted=unlisted is not None and row[unlisted].strip().lower() in YES,
            along={
                name: row[place].strip()
                for place, name in enumerate(self.names)
                if place not in {self.who, unlisted}
            },
        )


def _place(names: Sequence[str], wanted: frozenset[str]) -> int | None:
    found = [place for place, name in enumerate(names) if name.lower() in wanted]
    return found[0] if found else None


def address_lines(along: Mapping[str, str]) -> list[str]:
    """The lines in the window of the envelope: what the file says beside the number, in its order.

    Street and number share a line, and so do postcode and town.
    """
    names = {name.strip().lower(): name for name in along}
    rest = {name: value.strip() for name, value in along.items() if value.strip()}
    for first, second in ON_ONE_LINE:
        one, other = names.get(first, ""), names.get(second, "")
        if one in rest and other in rest:
            rest[one] = f"{rest[one]}  {rest.pop(other)}"
    return list(rest.values())
