"""The keys of a vote: who took part, and what they chose, cannot be read without them.

They are never in the database or a backup of it. Who holds them stands behind `Keys`: the program
itself with a file (`LocalKeys`), or a process of its own.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from participatie.identity.pseudonyms import read_or_make_key

FILE = "votes.key"


class SealBroken(ValueError):
    """A sealed choice was not made with the keys of this round, or was changed afterwards."""


class Keys(Protocol):
    """What a vote asks of who holds its keys."""

    def voter_key(self, round_id: int, pseudonym: str) -> bytes:
        """What the roll of a round knows a voter by: 32 bytes, another for each round."""
        ...

    def seal(self, round_id: int, choice: Sequence[str], *, size: int) -> bytes:
        """`choice` so that only `open` reads it; as long as any other of `size` bytes at most."""
        ...

    def holds(self, round_id: int, sealed: bytes, choice: Sequence[str]) -> bool:
        """Whether `sealed` holds `choice`. Raises `SealBroken`."""
        ...

    def open(self, round_id: int, sealed: bytes) -> tuple[str, ...]:
        """The choice in `sealed`. Raises `SealBroken`."""
        ...


class LocalKeys:
    """Keys made from one secret in a file that only this user can read."""

    def __init__(self, keys_dir: Path) -> None:
        self._master = read_or_make_key(keys_dir / FILE)
        self._round_keys = lru_cache(maxsize=64)(self._make_round_keys)

    def voter_key(self, round_id: int, pseudonym: str) -> bytes:
        roll_key, _ = self._round_keys(round_id)
        message = f"roll/1|{round_id}|{pseudonym}".encode()
        return hmac.digest(roll_key, message, "sha256")

    def seal(self, round_id: int, choice: Sequence[str], *, size: int) -> bytes:
        """Raises `ValueError` for a choice that needs more than `size` bytes."""
        plain = _written(choice)
        if len(plain) > size:
            raise ValueError(f"this choice needs more than {size} bytes")
        _, private = self._round_keys(round_id)
        return SealedBox(private.public_key).encrypt(plain.ljust(size))

    def holds(self, round_id: int, sealed: bytes, choice: Sequence[str]) -> bool:
        return self.open(round_id, sealed) == tuple(choice)

    def open(self, round_id: int, sealed: bytes) -> tuple[str, ...]:
        _, private = self._round_keys(round_id)
        try:
            plain = SealedBox(private).decrypt(sealed)
        except CryptoError:
            raise SealBroken(f"a ballot of round {round_id} does not open with its key") from None
        return tuple(json.loads(plain))

    def _make_round_keys(self, round_id: int) -> tuple[bytes, PrivateKey]:
        seed = self._derive(b"seal", round_id)
        return self._derive(b"roll", round_id), PrivateKey.from_seed(seed)

    def _derive(self, purpose: bytes, round_id: int) -> bytes:
        """A key of its own for each purpose and round: keyed BLAKE2b."""
        number = str(round_id).encode()
        return hashlib.blake2b(
            number, key=self._master, person=b"votes/1|" + purpose, digest_size=32
        ).digest()


def size_for(codes: Sequence[str]) -> int:
    """The bytes that hold every choice from `codes`; all choices of a round are as long."""
    return len(_written(codes))


def _written(choice: Sequence[str]) -> bytes:
    return json.dumps(list(choice), ensure_ascii=True, separators=(",", ":")).encode()
