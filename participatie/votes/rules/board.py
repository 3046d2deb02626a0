"""What stands on the board of a round, byte for byte."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


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


def canonical(body: Mapping[str, Any]) -> bytes:
    """An entry as it is hashed: JSON, keys sorted, no spaces, UTF-8."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def leaf(body: Mapping[str, Any]) -> bytes:
    """The leaf of an entry in the tree of RFC 6962."""
    return hashlib.sha256(b"\x00" + canonical(body)).digest()


def cast_body(round_id: int, *, sealed: bytes, code: str) -> dict[str, Any]:
    """A cast as the board tells it: no voter, no place, no time."""
    return {
        "kind": EntryKind.CAST.value,
        "sealed": hashlib.sha256(sealed).hexdigest(),
        "code": hashlib.sha256(f"code/1|{round_id}|{code}".encode()).hexdigest(),
    }
