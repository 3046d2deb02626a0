"""The key that opens a vote of the grade zwaar, held by two of three people.

For each pair the key lies in a box inside a box: the outer opens for the one, the inner for the
other. Each holder has a file with all three, and with their own key under their own pass phrase.
So any two can open the vote, and none alone. Only boxes of PyNaCl; nothing here keeps anything.
"""

import itertools
import json
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

KIND = "participatie-key-holder/1"
HOLDERS = "ABC"
MOST_MEMORY = pwhash.argon2id.MEMLIMIT_SENSITIVE
MOST_WORK = pwhash.argon2id.OPSLIMIT_SENSITIVE


class WrongPhrase(ValueError):
    """The pass phrase does not belong to the file; `holder` says whose file."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"this is not the pass phrase of key holder {holder}")
        self.holder = holder


class NotTogether(ValueError):
    """These files do not open this vote: damaged, of another vote, or of one holder only."""


class Strength(NamedTuple):
    """How much memory and work it takes to try one pass phrase."""

    memory: int
    work: int


MODERATE = Strength(pwhash.argon2id.MEMLIMIT_MODERATE, pwhash.argon2id.OPSLIMIT_MODERATE)


class Split(NamedTuple):
    """The public key that seals, and a file for each holder."""

    public: bytes
    files: tuple[bytes, bytes, bytes]


class Brought(NamedTuple):
    """What one holder brings: the file and the pass phrase."""

    file: bytes
    phrase: str


def split(round_id: int, phrases: Sequence[str], *, strength: Strength = MODERATE) -> Split:
    """A new key for a round, divided among three holders with these pass phrases."""
    if len(phrases) != len(HOLDERS) or len(set(map(_plain, phrases))) != len(HOLDERS):
        raise ValueError("three holders need three different pass phrases")
    opening = PrivateKey.generate()
    own = {holder: PrivateKey.generate() for holder in HOLDERS}
    shared = {
        "kind": KIND,
        "round": round_id,
        "seal": bytes(opening.public_key).hex(),
        "memory": strength.memory,
        "work": strength.work,
        "pairs": {
            first + second: SealedBox(own[first].public_key)
            .encrypt(SealedBox(own[second].public_key).encrypt(bytes(opening)))
            .hex()
            for first, second in itertools.combinations(HOLDERS, 2)
        },
    }
    first, second, third = (
        _file(shared, holder, own[holder], phrase)
        for holder, phrase in zip(HOLDERS, phrases, strict=True)
    )
    return Split(bytes(opening.public_key), (first, second, third))


def joined(round_id: int, public: bytes, brought: tuple[Brought, Brought]) -> bytes:
    """The key that opens the round that was sealed with `public`, from what two holders bring.

    Raises `WrongPhrase` and `NotTogether`.
    """
    read = sorted(
        ((_read(one.file, round_id, public), one.phrase) for one in brought),
        key=lambda pair: str(pair[0]["holder"]),
    )
    (first, _), (second, _) = read
    if first["holder"] == second["holder"]:
        raise NotTogether("both files are of the same key holder")
    own = [_own_key(facts, phrase) for facts, phrase in read]
    try:
        boxed = bytes.fromhex(first["pairs"][first["holder"] + second["holder"]])
        opening = SealedBox(own[1]).decrypt(SealedBox(own[0]).decrypt(boxed))
        fits = bytes(PrivateKey(opening).public_key) == public
    except (CryptoError, KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise NotTogether("these two files do not open this vote together")
    return opening


def proven(round_id: int, public: bytes, brought: Brought) -> str:
    """Whose file this is, when it is of this round and the pass phrase opens what is in it.

    Raises `WrongPhrase` and `NotTogether`.
    """
    facts = _read(brought.file, round_id, public)
    _own_key(facts, brought.phrase)
    return str(facts["holder"])


def holder_of(file: bytes) -> str:
    """Whose file this is. Raises `NotTogether`."""
    return str(_facts(file)["holder"])


def _file(shared: dict[str, Any], holder: str, own: PrivateKey, phrase: str) -> bytes:
    salt = random(pwhash.argon2id.SALTBYTES)
    key = _stretched(phrase, salt, memory=shared["memory"], work=shared["work"])
    facts = {
        **shared,
        "holder": holder,
        "salt": salt.hex(),
        "own": bytes(SecretBox(key).encrypt(bytes(own))).hex(),
    }
    return json.dumps(facts, indent=1, sort_keys=True).encode()


def _facts(file: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(file)
        fits = facts["kind"] == KIND and facts["holder"] in set(HOLDERS)
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise NotTogether("this is not the file of a key holder")
    return dict(facts)


def _read(file: bytes, round_id: int, public: bytes) -> dict[str, Any]:
    facts = _facts(file)
    if facts.get("round") != round_id or facts.get("seal") != public.hex():
        raise NotTogether("this file is of another vote")
    return facts


def _own_key(facts: dict[str, Any], phrase: str) -> PrivateKey:
    """The key of one holder. A file cannot ask for more memory than the machine should give."""
    try:
        memory = min(int(facts["memory"]), MOST_MEMORY)
        work = min(int(facts["work"]), MOST_WORK)
        salt, own = bytes.fromhex(facts["salt"]), bytes.fromhex(facts["own"])
        key = _stretched(phrase, salt, memory=memory, work=work)
    except (KeyError, TypeError, ValueError):
        raise NotTogether("this file is damaged") from None
    try:
        return PrivateKey(SecretBox(key).decrypt(own))
    except (CryptoError, ValueError):
        raise WrongPhrase(str(facts["holder"])) from None


def _stretched(phrase: str, salt: bytes, *, memory: int, work: int) -> bytes:
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE, _plain(phrase).encode(), salt, opslimit=work, memlimit=memory
    )


def _plain(phrase: str) -> str:
    """A pass phrase as it is meant: the same letters in one form, single spaces between words."""
    return " ".join(unicodedata.normalize("NFKC", phrase).split())
