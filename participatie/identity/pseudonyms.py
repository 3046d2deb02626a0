"""A pseudonym instead of a BSN: keyed, and another one for each purpose.

Without the key a pseudonym says nothing; with it all BSNs can be tried in minutes. So the key is
never in the database or a backup of it.
"""

import hashlib
import hmac
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from participatie.config import PSEUDONYMS_FILE
from participatie.core.custody import Custody, CustodyAway, Refused
from participatie.core.errors import N_, Unavailable
from participatie.identity.rules import is_bsn

VERSION = "v1"


class Purpose(StrEnum):
    """What a pseudonym is for; two purposes cannot be joined without the key."""

    ACCOUNT = "account"
    VOTE = "vote"


class PseudonymsAway(Unavailable):
    """Who holds the key does not answer."""

    def __init__(self) -> None:
        super().__init__(N_("Logging in does not work just now. Try it again in a minute."))


class Pseudonyms(Protocol):
    """Makes pseudonyms: `LocalPseudonyms` here, or `SealerPseudonyms` in a process of its own."""

    def pseudonym(self, purpose: Purpose, bsn: str) -> str: ...


class LocalPseudonyms:
    """Pseudonyms with a key in a file that only this user can read."""

    def __init__(self, keys_dir: Path) -> None:
        self._key = read_or_make_key(keys_dir / PSEUDONYMS_FILE)

    def pseudonym(self, purpose: Purpose, bsn: str) -> str:
        """The pseudonym of `bsn` for `purpose`. Raises `ValueError`, without the number."""
        if not is_bsn(bsn):
            raise ValueError("this is not a valid BSN")
        message = f"{VERSION}|{purpose}|{bsn}".encode()
        return f"{VERSION}${hmac.new(self._key, message, hashlib.sha256).hexdigest()}"


class SealerPseudonyms:
    """Pseudonyms from the process that holds the key."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody

    def pseudonym(self, purpose: Purpose, bsn: str) -> str:
        """The pseudonym of `bsn` for `purpose`.

        Raises `ValueError`, without the number, and `PseudonymsAway`.
        """
        if not is_bsn(bsn):
            raise ValueError("this is not a valid BSN")
        try:
            (made,) = self._custody.ask(b"pseudonym", purpose.encode(), bsn.encode())
        except CustodyAway:
            raise PseudonymsAway from None
        except Refused as refusal:
            raise ValueError(str(refusal)) from None
        return made.decode()


def read_or_make_key(path: Path, *, size: int = 32) -> bytes:
    """The key in `path`, made by chance at first use; readable for this user only.

    Two processes that start at once end with the same key: the first to link its file wins.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
        fsync_directory(path.parent)
    return read_key(path, size=size)


def read_key(path: Path, *, size: int = 32) -> bytes:
    """The key in `path`. Raises `FileNotFoundError`, and `ValueError` for a damaged one."""
    key = path.read_bytes()
    if len(key) != size:
        raise ValueError(f"{path.name} does not hold a key of {size} bytes")
    return key


def fsync_directory(path: Path) -> None:
    """Wait until what was made or removed in a directory is on the disk."""
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
