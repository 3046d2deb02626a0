"""The attack of somebody who has everything: database, logs, backups and what is left of the keys.

There are so few citizen numbers that all of them can be tried. With the key of a round each voter
is found; this says whether it still works.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path

from participatie.identity.pseudonyms import VERSION, Purpose
from participatie.identity.rules import is_bsn

FIRST = 999_800_000


def toy_space(size: int = 10_000) -> list[str]:
    """As many valid numbers of the range that was given to nobody."""
    found: list[str] = []
    number = FIRST
    while len(found) < size:
        if is_bsn(str(number)):
            found.append(str(number))
        number += 1
    return found


def voters_found(bsns: Iterable[str], loot: bytes, keys_dir: Path, round_id: int) -> set[str]:
    """The numbers whose voter key stands in `loot`, tried with every secret that is left."""
    secrets = [file.read_bytes() for file in keys_dir.rglob("*") if file.stat().st_size == 32]
    known = set(_hex_words(loot))
    return {
        bsn for bsn in bsns for tried in _voter_keys(bsn, secrets, round_id) if tried.hex() in known
    }


def _voter_keys(bsn: str, secrets: list[bytes], round_id: int) -> Iterator[bytes]:
    for pseudonyms in secrets:
        message = f"{VERSION}|{Purpose.VOTE}|{bsn}".encode()
        name = f"{VERSION}${hmac.digest(pseudonyms, message, 'sha256').hex()}"
        for secret in secrets:
            key = hashlib.blake2b(key=secret, person=b"votes/1|roll", digest_size=32).digest()
            yield hmac.digest(key, f"roll/1|{round_id}|{name}".encode(), "sha256")


def _hex_words(loot: bytes) -> Iterator[str]:
    """Every value of 32 bytes in a dump."""
    for part in loot.replace(b"\\x", b"\n").split():
        word = part[:64]
        if len(word) == 64:
            yield word.decode(errors="replace")
