"""What is different between two counts of the same question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One option that a later count judges otherwise: its number, and whether it won."""

    code: str
    before: int
    after: int
    won_before: bool
    wins_now: bool


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The options of which the number changed or that win no more or now, in order of code.

    Each count is as it was stored: of a poll its scores and what stands first, of a budget its
    votes and what goes ahead.
    """
    old, new = _numbers(before), _numbers(after)
    won, wins = _winners(before), _winners(after)
    found = [
        Difference(code, old.get(code, 0), new.get(code, 0), code in won, code in wins)
        for code in sorted(old.keys() | new.keys())
    ]
    return [one for one in found if one.before != one.after or one.won_before != one.wins_now]


def _numbers(told: Mapping[str, Any]) -> Mapping[str, int]:
    numbers: Mapping[str, int] = told.get("scores") or told.get("votes") or {}
    return numbers


def _winners(told: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(told.get("first") or told.get("winners") or ())
