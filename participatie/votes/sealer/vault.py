"""The keys of votes, and everything that needs them.

Each round has a secret of its own, made by chance, in a file of its own: so one round can be
destroyed and leave the others. What is asked of a round is made from its secret, with another key
for each purpose. Only heads of the board are signed with another secret, which stays: it leads to
no voter and no choice, and what happens after the destruction must be signed as well. Nothing here
writes a secret anywhere else, or says one in an error.
"""

import hashlib
import hmac
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox
from nacl.signing import SigningKey

from participatie.identity.pseudonyms import fsync_directory, read_key, read_or_make_key

ROUNDS = "votes"
DRAFTS_FILE = "drafts.key"
TAG_SIZE = 16
CODE_SIZE = 10
NONCE_SIZE = 32


class SealBroken(ValueError):
    """What is sealed was not made with the keys of this round, or was changed afterwards."""


class KeysGone(LookupError):
    """The keys of this round were never made, or are destroyed: then nobody can make them again."""


class PublicKeys(NamedTuple):
    """What everyone may know of a round: the key that seals, and the one that checks heads."""

    seal: bytes
    head: bytes


class RawReceipt(NamedTuple):
    """The chance in a receipt, before it is written as a code."""

    code: bytes
    nonce: bytes


class Vault:
    """The keys in one directory that only this user can read."""

    def __init__(self, keys_dir: Path) -> None:
        self._rounds = keys_dir / ROUNDS
        self._drafts = read_or_make_key(keys_dir / DRAFTS_FILE)
        self._opening: dict[int, PrivateKey] = {}
        self._opening_lock = threading.Lock()
        self._secret_of = lru_cache(maxsize=64)(self._read)
        self._seal_key_of = lru_cache(maxsize=64)(_seal_key)
        self._head_key_of = lru_cache(maxsize=64)(self._read_head_key)

    def make(self, round_id: int) -> PublicKeys:
        """The public keys of a round, made at the first time. Raises `KeysGone`."""
        if self._tombstone(round_id).exists():
            raise KeysGone(f"the keys of round {round_id} were destroyed")
        head = SigningKey(read_or_make_key(self._head_file(round_id)))
        seal = self._seal_key_of(read_or_make_key(self._file(round_id)))
        return PublicKeys(bytes(seal.public_key), bytes(head.verify_key))

    def voter_key(self, round_id: int, pseudonym: bytes) -> bytes:
        """What the roll of a round knows a voter by: 32 bytes, another for each round."""
        message = b"roll/1|%d|%b" % (round_id, pseudonym)
        return hmac.digest(self._key(round_id, b"roll"), message, "sha256")

    def tag(self, round_id: int, voter_key: bytes) -> bytes:
        """What may be published of a voter: 16 bytes that nobody leads back to the key."""
        return _derived(self._key(round_id, b"tag"), voter_key, TAG_SIZE)

    def receipt(self, round_id: int, voter_key: bytes, press: bytes) -> RawReceipt:
        """The chance of one press of one voter: the same each time that it is asked."""
        key = self._key(round_id, b"receipt")
        made = _derived(key, _joined(voter_key, press), CODE_SIZE + NONCE_SIZE)
        return RawReceipt(made[:CODE_SIZE], made[CODE_SIZE:])

    def letter_code(self, round_id: int, code: bytes) -> bytes:
        """What is kept of a letter code: 32 bytes in which the code cannot be tried."""
        return _derived(self._key(round_id, b"letter"), code, 32)

    def sign_head(self, round_id: int, text: bytes) -> bytes:
        """The Ed25519 signature of the board's head."""
        return bytes(self._head_key_of(round_id).sign(text).signature)

    def open(self, round_id: int, sealed: Sequence[bytes]) -> list[bytes]:
        """What is in sealed ballots, in their order. Raises `SealBroken`."""
        secret = self._secret(round_id)
        with self._opening_lock:
            held = self._opening.get(round_id)
        box = SealedBox(held or self._seal_key_of(secret))
        try:
            return [box.decrypt(one) for one in sealed]
        except CryptoError:
            raise SealBroken(f"a ballot of round {round_id} does not open with its key") from None

    def hold(self, round_id: int, opening: bytes) -> None:
        """Open this round with a key that its key holders have brought; in memory only."""
        self._secret(round_id)
        key = PrivateKey(opening)
        with self._opening_lock:
            self._opening[round_id] = key

    def is_held(self, round_id: int, public: bytes) -> bool:
        """Whether this round can be opened with the key that belongs to `public`."""
        with self._opening_lock:
            held = self._opening.get(round_id)
        return bytes((held or self._seal_key_of(self._secret(round_id))).public_key) == public

    def release(self, round_id: int) -> None:
        """Forget the key that the key holders brought."""
        with self._opening_lock:
            self._opening.pop(round_id, None)

    def wrap(self, owner: bytes, plain: bytes) -> bytes:
        """A draft as it may be kept: only `unwrap` for the same owner reads it."""
        return bytes(self._draft_box(owner).encrypt(plain))

    def unwrap(self, owner: bytes, kept: bytes) -> bytes:
        """The draft in `kept`. Raises `SealBroken` for that of another."""
        try:
            return self._draft_box(owner).decrypt(kept)
        except (CryptoError, ValueError):
            raise SealBroken("this draft does not open for its owner") from None

    def destroy(self, round_id: int) -> None:
        """Remove the secret of a round, for good; heads can still be signed.

        Done again it does nothing.
        """
        self.release(round_id)
        self._rounds.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._tombstone(round_id).touch(mode=0o600)
        self._file(round_id).unlink(missing_ok=True)
        self._secret_of.cache_clear()
        self._seal_key_of.cache_clear()
        fsync_directory(self._rounds)

    def _secret(self, round_id: int) -> bytes:
        """The secret of a round. The tombstone is looked for each time: another process may have
        destroyed it."""
        if self._tombstone(round_id).exists():
            raise KeysGone(f"the keys of round {round_id} were destroyed")
        return self._secret_of(round_id)

    def _read(self, round_id: int) -> bytes:
        return _key_in(self._file(round_id))

    def _read_head_key(self, round_id: int) -> SigningKey:
        return SigningKey(_key_in(self._head_file(round_id)))

    def _key(self, round_id: int, purpose: bytes) -> bytes:
        return _sub_key(self._secret(round_id), purpose)

    def _draft_box(self, owner: bytes) -> SecretBox:
        return SecretBox(_derived(_sub_key(self._drafts, b"draft"), owner, 32))

    def _file(self, round_id: int) -> Path:
        return self._rounds / f"{round_id}.key"

    def _head_file(self, round_id: int) -> Path:
        return self._rounds / f"{round_id}.head.key"

    def _tombstone(self, round_id: int) -> Path:
        return self._rounds / f"{round_id}.destroyed"


def _key_in(path: Path) -> bytes:
    try:
        return read_key(path)
    except FileNotFoundError:
        raise KeysGone(f"there is no {path.name}") from None


def _sub_key(secret: bytes, purpose: bytes) -> bytes:
    """A key of its own for each purpose: keyed BLAKE2b."""
    return hashlib.blake2b(key=secret, person=b"votes/1|" + purpose, digest_size=32).digest()


def _derived(key: bytes, message: bytes, size: int) -> bytes:
    return hashlib.blake2b(message, key=key, digest_size=size).digest()


def _joined(*parts: bytes) -> bytes:
    """Parts in one message that no other parts can make."""
    return b"".join(b"%d:%b" % (len(part), part) for part in parts)


def _seal_key(secret: bytes) -> PrivateKey:
    return PrivateKey.from_seed(_sub_key(secret, b"seal"))
