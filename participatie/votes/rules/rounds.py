"""The rules of a vote round: its grade, its states, who may vote, and how it is counted."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from participatie.core.errors import N_, Invalid
from participatie.votes.counting.rules import (
    Completion,
    Rule,
    Rules,
    Support,
    Threshold,
    TieRule,
    Utility,
)

GREEDY = {"rule": "greedy", "ties": ["cost", "votes", "lot"], "lot": []}
"""Most votes first, as long as the money lasts; what a round of a budget has when nobody chose."""

KNOWN_SETTINGS = frozenset(
    {"rule", "ties", "lot", "completion", "threshold", "exclusive", "utility", "comparison"}
)


class Grade(StrEnum):
    """How well a vote is guarded; frozen at opening and printed on the ballot."""

    LIGHT = "licht"
    COMMON = "gewoon"
    HEAVY = "zwaar"


class Publication(StrEnum):
    """What everybody gets to see of the ballots after the count; printed on the ballot."""

    CODES = "codes"
    CHOICES = "choices"
    COUNTS = "counts"


class RollKind(StrEnum):
    """How the roll is filled: at the first vote of each, from a list, or by letter codes."""

    OPEN = "open"
    UPLOAD = "upload"
    CODES = "codes"


class RoundState(StrEnum):
    """Where a vote round is on its way; being open for casting also depends on the clock.

    Closed: nobody can cast any more. Counted: the choices are opened and counted, and only who
    closes the vote sees that. Published: everybody sees it. Broken off: nothing is ever counted.
    What is closed opens again only when two people move the closing time, before anything is
    counted.
    """

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"
    BROKEN_OFF = "broken_off"


TRANSITIONS: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED, RoundState.BROKEN_OFF}),
    RoundState.CLOSED: frozenset({RoundState.COUNTED, RoundState.OPEN}),
    RoundState.COUNTED: frozenset({RoundState.PUBLISHED}),
    RoundState.PUBLISHED: frozenset(),
    RoundState.BROKEN_OFF: frozenset(),
}


class Channel(StrEnum):
    """How a vote came in."""

    LOGIN = "login"
    CODE = "code"
    PAPER = "paper"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Voter:
    """Who casts: by what key the roll of the round knows them, and how they came in."""

    key: bytes
    channel: Channel


def counting_rules(settings: Mapping[str, Any]) -> Rules:
    """The rules of the count that a round was set up with. Raises `Invalid`."""
    unknown = sorted(settings.keys() - KNOWN_SETTINGS)
    if unknown:
        raise Invalid(N_("The count has no setting called %(name)s."), name=unknown[0])
    try:
        return Rules(
            rule=Rule(settings["rule"]),
            ties=tuple(TieRule(name) for name in settings.get("ties", ())),
            lot=tuple(settings.get("lot", ())),
            completion=Completion(settings.get("completion", Completion.NONE)),
            threshold=_threshold(settings.get("threshold")),
            exclusive=tuple(frozenset(group) for group in settings.get("exclusive", ())),
            utility=Utility(settings.get("utility", Utility.COST)),
            comparison=bool(settings.get("comparison", False)),
        )
    except (KeyError, ValueError) as error:
        raise Invalid(N_("The count has no rule called %(name)s."), name=error.args[0]) from None


def _threshold(setting: Sequence[str] | None) -> Threshold | None:
    if setting is None:
        return None
    kind, value = setting
    return Threshold(Support(kind), Fraction(value))


def fingerprint(facts: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of `facts`: keys sorted, no spaces, UTF-8."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
