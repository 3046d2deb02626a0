"""The texts of the program, for who looks for one to change."""

from collections.abc import Iterable

from participatie.core.wording import Text

MOST_FOUND = 50


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
