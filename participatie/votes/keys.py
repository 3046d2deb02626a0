"""The keys of a vote: who took part, and what they chose, cannot be read without them.

They are never in the database or a backup of it. Who holds them stands behind `Keys`: the program
itself with files (`LocalKeys`), or a process of its own (`SealerKeys`). Sealing needs no secret.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol
from uuid import UUID

from nacl.public import PublicKey, SealedBox

from participatie.config import BOX_SOCKET, COUNT_SOCKET, Config, KeysWith
from participatie.core.custody import (
    ANSWER_MANY_WITHIN,
    ANSWER_WITHIN,
    Custody,
    CustodyAway,
    Refused,
)
from participatie.core.errors import N_, Unavailable
from participatie.votes.rules.codes import written
from participatie.votes.sealer import requests
from participatie.votes.sealer.vault import KeysGone, PublicKeys, SealBroken, Vault

__all__ = ["Keys", "KeysAway", "KeysGone", "PublicKeys", "Receipt", "SealBroken"]

Answerer = Callable[..., Sequence[bytes]]

BATCH_BYTES = 256 * 1024
BATCH = 250


class KeysAway(Unavailable):
    """Who holds the keys does not answer."""

    def __init__(self) -> None:
        super().__init__(
            N_("Voting does not work just now. Try it again in a minute. Your list is kept.")
        )


class Receipt(NamedTuple):
    """The control code of a cast, and the nonce that is sealed beside the choice."""

    code: str
    nonce: bytes


class Pressed(NamedTuple):
    """What a cast of who is logged in needs, told at once."""

    voter_key: bytes
    plain: bytes
    receipt: Receipt


class Keys(Protocol):
    """What a vote asks of who holds its keys.

    Every question raises `KeysAway` when nobody answers, and all about a round without keys
    `KeysGone`.
    """

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

    def pressed(
        self, round_id: int, pseudonym: str, press: UUID, *, owner: bytes, kept: bytes
    ) -> Pressed:
        """`voter_key`, `receipt` and `unwrap` in one question. Raises `SealBroken`."""
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

    def hold(self, round_id: int, opening: bytes) -> None:
        """Open a round from now on with the key that its key holders have brought."""
        ...

    def is_held(self, round_id: int, public: bytes) -> bool:
        """Whether the ballots that were sealed with `public` can be opened."""
        ...

    def release(self, round_id: int) -> None:
        """Forget the key that the key holders have brought."""
        ...


def seal(public: bytes, plain: bytes, *, size: int) -> bytes:
    """`plain` so that only `open` reads it; as long as any other of `size` bytes at most.

    Raises `ValueError` for what needs more than `size` bytes.
    """
    if len(plain) > size:
        raise ValueError(f"this choice needs more than {size} bytes")
    return SealedBox(PublicKey(public)).encrypt(plain.ljust(size))


class _AskedKeys:
    """Every question as a message; who answers it is for the twins to say."""

    def __init__(self, *, box: Answerer, count: Answerer) -> None:
        self._ask, self._ask_count = box, count

    def make(self, round_id: int) -> PublicKeys:
        return PublicKeys(*self._ask(b"make", _number(round_id)))

    def voter_key(self, round_id: int, pseudonym: str) -> bytes:
        return self._one(b"voter-key", _number(round_id), pseudonym.encode())

    def tag(self, round_id: int, voter_key: bytes) -> bytes:
        return self._one(b"tag", _number(round_id), voter_key)

    def receipt(self, round_id: int, voter_key: bytes, press: UUID) -> Receipt:
        raw, nonce = self._ask(b"receipt", _number(round_id), voter_key, press.bytes)
        return Receipt(written(raw), nonce)

    def pressed(
        self, round_id: int, pseudonym: str, press: UUID, *, owner: bytes, kept: bytes
    ) -> Pressed:
        voter_key, plain, raw, nonce = self._ask(
            b"pressed", _number(round_id), pseudonym.encode(), press.bytes, owner, kept
        )
        return Pressed(voter_key, plain, Receipt(written(raw), nonce))

    def sign_head(self, round_id: int, text: bytes) -> bytes:
        return self._one(b"sign-head", _number(round_id), text)

    def letter_code(self, round_id: int, code: str) -> bytes:
        return self._one(b"letter-code", _number(round_id), code.encode())

    def wrap(self, owner: bytes, plain: bytes) -> bytes:
        return self._one(b"wrap", owner, plain)

    def unwrap(self, owner: bytes, kept: bytes) -> bytes:
        return self._one(b"unwrap", owner, kept)

    def open(self, round_id: int, sealed: Sequence[bytes]) -> list[bytes]:
        return [*self._ask_count(b"open", _number(round_id), *sealed)]

    def hold(self, round_id: int, opening: bytes) -> None:
        self._ask(b"hold", _number(round_id), opening)

    def is_held(self, round_id: int, public: bytes) -> bool:
        return self._one(b"is-held", _number(round_id), public) == requests.YES

    def release(self, round_id: int) -> None:
        self._ask_count(b"release", _number(round_id))

    def destroy(self, round_id: int) -> None:
        self._ask_count(b"destroy", _number(round_id))

    def _one(self, *fields: bytes) -> bytes:
        (answer,) = self._ask(*fields)
        return answer


class LocalKeys(_AskedKeys):
    """Keys in files that only this user can read, in this process."""

    def __init__(self, keys_dir: Path) -> None:
        vault = Vault(keys_dir)
        super().__init__(box=_answerer(requests.box(vault)), count=_answerer(requests.count(vault)))


class SealerKeys(_AskedKeys):
    """Keys in a process of its own, which this one can only ask."""

    def __init__(self, sockets_dir: Path) -> None:
        self._doors = Custody(sockets_dir / BOX_SOCKET), Custody(sockets_dir / COUNT_SOCKET)
        box, count = self._doors
        super().__init__(
            box=_asker(box, within=ANSWER_WITHIN), count=_asker(count, within=ANSWER_MANY_WITHIN)
        )

    def open(self, round_id: int, sealed: Sequence[bytes]) -> list[bytes]:
        """Two batches at a time, so that both have a core to themselves."""

        def opened(batch: Sequence[bytes]) -> list[bytes]:
            return super(SealerKeys, self).open(round_id, batch)

        with ThreadPoolExecutor(2) as pool:
            return [plain for part in pool.map(opened, _batches(sealed)) for plain in part]

    def close(self) -> None:
        """Hang up."""
        for door in self._doors:
            door.close()


def keys_of(config: Config) -> Keys:
    """Who holds the keys in this installation."""
    if config.keys is KeysWith.SEALER:
        return SealerKeys(config.sockets_dir)
    return LocalKeys(config.keys_dir)


def _answerer(questions: Mapping[bytes, requests.Question]) -> Answerer:
    return lambda name, *fields: questions[name](*fields)


def _asker(custody: Custody, *, within: float) -> Answerer:
    def ask(*fields: bytes) -> Sequence[bytes]:
        try:
            return custody.ask(*fields, within=within)
        except (CustodyAway, Refused) as error:
            _refuse(error)

    return ask


def _refuse(error: CustodyAway | Refused) -> NoReturn:
    """The error of the other twin for the same refusal."""
    if isinstance(error, CustodyAway):
        raise KeysAway from None
    if error.reason == requests.SEAL_BROKEN.decode():
        raise SealBroken("what was sealed does not open with these keys") from None
    if error.reason == requests.KEYS_GONE.decode():
        raise KeysGone("there are no keys of this round") from None
    raise error


def _batches(sealed: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """In order, each small enough for one message; one that is empty when there is nothing."""
    start, size = 0, 0
    for place, one in enumerate(sealed):
        if place - start == BATCH or (size and size + len(one) > BATCH_BYTES):
            yield sealed[start:place]
            start, size = place, 0
        size += len(one)
    yield sealed[start:]


def _number(round_id: int) -> bytes:
    return b"%d" % round_id
