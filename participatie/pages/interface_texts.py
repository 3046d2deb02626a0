"""The texts of the program, for who wants to change one."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from participatie.pages.rules import placeholders

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the program in one language, and what the site says instead, empty for nothing."""

    message: str
    own: str
    instead: str

    @property
    def key(self) -> str:
        """Its name in an address."""
        return key_of(self.message)

    @property
    def places(self) -> list[str]:
        """What the program fills in, as it is written."""
        return [f"%({name})s" for name in sorted(placeholders(self.own))]

    @property
    def said(self) -> str:
        return self.instead or self.own


def key_of(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()[:16]


def found(texts: Iterable[Text], words: str) -> list[Text]:
    """The texts with all of `words` in them, in either form; without words those that changed."""
    wanted = words.casefold().split()
    if not wanted:
        return [text for text in texts if text.instead]
    return [
        text
        for text in texts
        if all(word in f"{text.own} {text.instead}".casefold() for word in wanted)
    ]
