"""Small numbers that could point at a person are not told."""

from collections.abc import Mapping
from typing import TypeVar

SMALL = 10
"""Fewer people than this are not told apart."""

Key = TypeVar("Key")


def told(cells: Mapping[Key, int], *, least: int = SMALL) -> dict[Key, int | None]:
    """The numbers that may be told, None in place of one that may not; empty cells are left out.

    The total is public. So when one number alone is held back, the smallest of the others is too:
    else it could be worked out. Where that leaves nothing to tell, nothing is told.
    """
    some = {key: number for key, number in cells.items() if number}
    hidden = {key for key, number in some.items() if number < least}
    if len(hidden) == 1 and len(some) > 1:
        rest = [key for key in some if key not in hidden]
        hidden.add(min(rest, key=lambda key: (some[key], str(key))))
    if hidden == some.keys():
        return {}
    return {key: None if key in hidden else number for key, number in some.items()}
