"""Codes in links that are mailed: each works once, and the database alone cannot make one.

A code follows from a seed and the key of this installation. The outbox keeps the seed, the table
of codes keeps a hash: only the program that writes the mail can put them together.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode


class Codes:
    """Makes codes with the secret key of this installation."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.blake2b(secret_key.encode(), person=b"mailed codes").digest()

    def code(self, seed: str) -> str:
        """The code that follows from `seed`: 43 letters, digits, dashes and underscores."""
        made = hmac.new(self._key, seed.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")


def new_seed() -> str:
    """A seed made by chance."""
    return secrets.token_urlsafe(24)


def hash_of(code: str) -> bytes:
    """What the database keeps of a code."""
    return hashlib.sha256(code.encode()).digest()
