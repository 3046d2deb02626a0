"""A paper that is a page too: what stands on it once, shown as HTML and set as a PDF."""

from dataclasses import asdict, dataclass
from typing import Any

TEMPLATE = "theming/pdf/sheet.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a paper: sentences, then facts with their names, then a table, then names under
    which somebody signs. A table that is a form is filled in by hand: first words, then wide, then
    narrow.
    """

    heading: str
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_form: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper: its name, what it is about, and its parts in order."""

    title: str
    over: str
    lead: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The paper as plain text."""
        return "\n\n".join([self.title, self.over, self.lead, *map(_text, self.parts)]) + "\n"

    def facts(self, **more: Any) -> dict[str, Any]:
        """What the template of the PDF takes."""
        return {**asdict(self), **more}


def _text(part: Part) -> str:
    lines = [part.heading.upper(), *part.texts, *(f"{name}: {value}" for name, value in part.facts)]
    if part.rows:
        lines += ["; ".join(row) for row in (part.head, *part.rows)]
    return "\n".join([*lines, *(f"____________________ {name}" for name in part.signs)])
