"""The keys of a vote: who took part, and what they chose, cannot be read without them.

They are never in the database or a backup of it. Who holds them stands behind `Keys`: the program
itself with files (`LocalKeys`), or a process of its own. Sealing needs no secret.
"""

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.signing import SigningKey

from participatie.identity.pseudonyms import read_or_make_key
from participatie.votes.rules.codes import RAW, written

DRAFTS = "drafts.key"
NONCE = 32  # bytes


class SealBroken(ValueError):
    """A sealed choice was not made with the keys of this round, or was changed afterwards."""


class KeysGone(LookupError):
    """The keys of this round were never made, or are destroyed."""


class PublicKeys(NamedTuple):
    """What everybody may know of the keys of a round."""

    seal: bytes
    head: bytes


class Receipt(NamedTuple):
    """The control code of a cast, and the nonce that is sealed beside the choice."""

    code: str
    nonce: bytes


class Keys(Protocol):
    """What a vote asks of who holds its keys."""

    def make(self, round_id: int) -> PublicKeys:
        """Make the keys of a round by chance; those that are there already when there are."""
        ...

    def voter_key(self, round_id: int, pseudonym: str) -> bytes:
        """What the roll of a round knows a voter by: 32 bytes, another for each round."""
        ...

    def tag(self, round_id: int, voter_key: bytes) -> bytes:
        """What is published of a row on the roll: 16 bytes."""
        ...

    def receipt(self, round_id: int, voter_key: bytes, press: UUID) -> Receipt:
        """The receipt of one press: the same each time."""
        ...

    def open(self, round_id: int, sealed: Sequence[bytes]) -> list[bytes]:
        """What was sealed. Raises `SealBroken`."""
        ...

    def sign_head(self, round_id: int, text: bytes) -> bytes:
        """The Ed25519 signature under a head of the board."""
        ...

    def letter_code(self, round_id: int, code: str) -> bytes:
        """What the database knows a letter code by."""
        ...

    def wrap(self, owner: bytes, plain: bytes) -> bytes:
        """`plain` encrypted for one owner of drafts."""
        ...

    def unwrap(self, owner: bytes, kept: bytes) -> bytes:
        """What was wrapped for this owner. Raises `SealBroken`."""
        ...

    def destroy(self, round_id: int) -> None:
        """Destroy the keys of a round; what they guard can never be read again."""
        ...


def seal(public: bytes, plain: bytes, *, size: int) -> bytes:
    """`plain` so that only `open` reads it; as long as any other of `size` bytes at most.

    Raises `ValueError` for what needs more than `size` bytes.
    """
    if len(plain) > size:
        raise ValueError(f"this choice needs more than {size} bytes")
    return SealedBox(PublicKey(public)).encrypt(plain.ljust(size))


class LocalKeys:
    """Keys made from one secret a round, each in a file that only this user can read."""

    def __init__(self, keys_dir: Path) -> None:
        self._directory = keys_dir / "votes"
        self._drafts = read_or_make_key(keys_dir / DRAFTS)
        self._secrets: dict[int, bytes] = {}

    def make(self, round_id: int) -> PublicKeys:
        read_or_make_key(self._file(round_id))
        seal_key, head_key = self._seal_key(round_id), self._head_key(round_id)
        return PublicKeys(bytes(seal_key.public_key), bytes(head_key.verify_key))

    def voter_key(self, round_id: int, pseudonym: str) -> bytes:
        return self._digest(round_id, f"roll/1|{round_id}|{pseudonym}".encode())

    def tag(self, round_id: int, voter_key: bytes) -> bytes:
        return self._digest(round_id, b"tag/1|" + voter_key)[:16]

    def receipt(self, round_id: int, voter_key: bytes, press: UUID) -> Receipt:
        of = b"|" + voter_key + press.bytes
        code = written(self._digest(round_id, b"code/1" + of)[:RAW])
        return Receipt(code, self._digest(round_id, b"nonce/1" + of)[:NONCE])

    def open(self, round_id: int, sealed: Sequence[bytes]) -> list[bytes]:
        box = SealedBox(self._seal_key(round_id))
        try:
            return [box.decrypt(one) for one in sealed]
        except CryptoError:
            raise SealBroken(f"a ballot of round {round_id} does not open with its key") from None

    def sign_head(self, round_id: int, text: bytes) -> bytes:
        return self._head_key(round_id).sign(text).signature

    def letter_code(self, round_id: int, code: str) -> bytes:
        return self._digest(round_id, f"letter/1|{round_id}|{code}".encode())

    def wrap(self, owner: bytes, plain: bytes) -> bytes:
        return bytes(self._draft_box(owner).encrypt(plain))

    def unwrap(self, owner: bytes, kept: bytes) -> bytes:
        try:
            return self._draft_box(owner).decrypt(kept)
        except CryptoError:
            raise SealBroken("a draft does not open with the key of its owner") from None

    def destroy(self, round_id: int) -> None:
        self._secrets.pop(round_id, None)
        self._file(round_id).unlink(missing_ok=True)

    def _file(self, round_id: int) -> Path:
        return self._directory / f"{round_id}.key"

    def _secret(self, round_id: int) -> bytes:
        if round_id not in self._secrets:
            if not self._file(round_id).exists():
                raise KeysGone(f"there are no keys of round {round_id}")
            self._secrets[round_id] = read_or_make_key(self._file(round_id))
        return self._secrets[round_id]

    def _derive(self, round_id: int, purpose: bytes) -> bytes:
        """A key of its own for each purpose: keyed BLAKE2b."""
        secret = self._secret(round_id)
        return hashlib.blake2b(key=secret, person=b"votes/2|" + purpose, digest_size=32).digest()

    def _digest(self, round_id: int, message: bytes) -> bytes:
        return hmac.digest(self._derive(round_id, b"roll"), message, "sha256")

    def _seal_key(self, round_id: int) -> PrivateKey:
        return PrivateKey(self._derive(round_id, b"seal"))

    def _head_key(self, round_id: int) -> SigningKey:
        return SigningKey(self._derive(round_id, b"head"))

    def _draft_box(self, owner: bytes) -> SecretBox:
        return SecretBox(hmac.digest(self._drafts, b"draft/1|" + owner, "sha256"))
