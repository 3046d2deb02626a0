"""What stands on the board of a round, byte for byte."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from participatie.votes.rules.tree import leaf_of

GROUP = 50
"""The fewest voters whose casts go on a board together."""


class EntryKind(StrEnum):
    """What an entry of the board tells."""

    OPENING = "opening"
    CAST = "cast"
    PAPER = "paper"
    ANNUL = "annul"
    AMENDMENT = "amendment"
    CLOSING = "closing"
    RESULT = "result"
    DESTROYED = "destroyed"


class Status(StrEnum):
    """What became of a cast: each has one of these once the round is counted."""

    COUNTED = "counted"
    REPLACED = "replaced"
    OVERRIDDEN = "overridden"
    ANNULLED = "annulled"


class FaultKind(StrEnum):
    """Why a round cannot be counted."""

    BALLOT_CHANGED = "ballot_changed"
    BALLOT_MISSING = "ballot_missing"
    DOES_NOT_OPEN = "does_not_open"
    CODE_DIFFERS = "code_differs"
    NOT_ON_THE_PAPER = "not_on_the_paper"


def taken_up(waiting: int) -> int:
    """Of how many of the voters who wait the casts go on the board now, together.

    Fifty stay behind, drawn by lot, so that who comes next is never alone. Fewer than fifty never
    go: with a hundred waiting the first fifty do. The closing takes up all that is left.
    """
    return waiting - GROUP if waiting >= 2 * GROUP else 0


def canonical(body: Mapping[str, Any]) -> bytes:
    """An entry as it is hashed: JSON, keys sorted, no spaces, UTF-8."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def leaf(body: Mapping[str, Any]) -> bytes:
    """The leaf of an entry in the tree of RFC 6962."""
    return leaf_of(canonical(body))


def cast_body(round_id: int, *, sealed: bytes, code: str) -> dict[str, Any]:
    """A cast as the board tells it: no voter, no place, no time."""
    return {
        "kind": EntryKind.CAST.value,
        "sealed": hashlib.sha256(sealed).hexdigest(),
        "code": code_digest(round_id, code).hex(),
    }


def code_digest(round_id: int, code: str) -> bytes:
    """What box and board know a control code by."""
    return hashlib.sha256(f"code/1|{round_id}|{code}".encode()).digest()
