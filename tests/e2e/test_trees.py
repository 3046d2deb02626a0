"""What a screen reader is told of the main pages, kept as text: `trees/<page>.txt`.

A change of such a text is read by a person before it is kept: `KEEP_TREES=1` writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenContext
from tests.e2e.marks import PAGES, go

TREES = Path(__file__).parent / "trees"
MOMENTS = re.compile(
    r"\b((maan|dins|woens|donder|vrij|zater|zon)dag |"
    r"\d+ (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
    r"( \d{4})?)"
)
CODES = re.compile(r"(?<=- code: )[0-9a-f]+$")
NUMBERS = re.compile(r"(?<!level=)\b\d+([.,:]\d+)*")


def told(tree: str) -> str:
    """A tree without what differs from day to day: moments, numbers, codes, addresses, and what
    stands in the lists and tables of the page itself, of which the order is drawn anew each day."""
    kept: list[str] = []
    hidden = None
    for line in tree.splitlines():
        depth = len(line) - len(line.lstrip())
        if hidden is not None and depth > hidden:
            continue
        hidden = None
        if line.lstrip().startswith("- /url"):
            continue
        if re.match(r"\s*- (list|rowgroup)\b", line) and _in_main(kept, depth):
            hidden = depth
        kept.append(NUMBERS.sub("0", CODES.sub("0", MOMENTS.sub("", line))).rstrip(":"))
    return "\n".join(kept) + "\n"


def _in_main(kept: list[str], depth: int) -> bool:
    """Whether the next line, this deep, stands in the main part of the page."""
    for line in reversed(kept):
        above = len(line) - len(line.lstrip())
        if above < depth:
            if line.lstrip().startswith("- main"):
                return True
            depth = above
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reader_is_told_what_it_was_told_before(
    name: str, open_context: OpenContext
) -> None:
    page = open_context().new_page()
    go(page, name)
    tree = told(page.locator("body").aria_snapshot())
    kept = TREES / f"{name.replace(' ', '-')}.txt"
    if os.environ.get("KEEP_TREES"):
        TREES.mkdir(exist_ok=True)
        kept.write_text(tree, encoding="utf-8")
    assert tree == kept.read_text(encoding="utf-8")
