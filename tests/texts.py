"""The Dutch catalogue, for tests that look for English on a Dutch page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "participatie" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
_PLACEHOLDER = re.compile(
    r"%\((?!hostile\))\w+\)[sd]"  # what the program fills in; but not what a test typed
    r"|\{\{\s*[a-z_]|\{%"
    r"|\[\s*(?:…|\.\.\.|vul\b[^\]]*|naam|datum|bedrag|adres|gemeente|x+)\s*\]"
    r"|vul hier in|lorem ipsum",
    re.IGNORECASE,
)


def placeholders_in(text: str) -> list[str]:
    """What somebody should have filled in, or the program, and stands there still."""
    return _PLACEHOLDER.findall(text)


@cache
def dutch() -> dict[str, str]:
    """English message id → Dutch text, of all messages without a plural."""
    with CATALOGUE.open("rb") as file:
        return {m.id: str(m.string) for m in read_po(file) if isinstance(m.id, str) and m.id}


@cache
def _english() -> tuple[str, ...]:
    """Sentences that can only stand on a page when nobody translated them."""
    texts = dutch()
    values = " ".join(texts.values())
    return tuple(
        text
        for text in texts
        if len(text.split()) >= 3 and "%(" not in text and "{" not in text and text not in values
    )


def english_in(text: str) -> list[str]:
    """The message ids that stand untranslated in `text`."""
    return [sentence for sentence in _english() if sentence in text]
