"""The whole state-machine library."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from participatie.core.errors import IllegalTransition

S = TypeVar("S", bound=StrEnum)


def advance(table: Mapping[S, frozenset[S]], source: S, target: S) -> S:
    """`target`, when `table` lets it follow `source`. Raises `IllegalTransition`."""
    if target not in table[source]:
        raise IllegalTransition(source, target)
    return target
