"""The head of a board, as text that is signed and that others can check.

It is a checkpoint in a signed note, as C2SP's tlog-checkpoint and signed-note describe them. The
name of a board comes from its public key, so it is the same wherever the site moves.
"""

import base64
import hashlib
from collections.abc import Sequence

ED25519 = b"\x01"  # the kind of signature, as signed-note numbers them


def origin(public: bytes) -> str:
    """The name of the board whose heads are signed with the key of `public`."""
    return f"participatie/vote/{public.hex()[:16]}"


def head_text(public: bytes, size: int, root: bytes) -> bytes:
    """What is signed: the name of the board, the number of its entries, its root."""
    return f"{origin(public)}\n{size}\n{_base64(root)}\n".encode()


def promise_text(public: bytes, entry: bytes) -> bytes:
    """What is signed of a cast that waits: the board that gets it, and its entry there."""
    return f"{origin(public)}\ncast\n{_base64(entry)}\n".encode()


def note(public: bytes, text: bytes, signature: bytes) -> str:
    """A text with the signature under it."""
    name = origin(public)
    key = hashlib.sha256(f"{name}\n".encode() + ED25519 + public).digest()[:4]
    return f"{text.decode()}\n— {name} {_base64(key + signature)}\n"


def proof_text(index: int, proof: Sequence[bytes], head: str, *, entry: bytes) -> str:
    """An inclusion proof with the head that it leads to, as C2SP's tlog-proof has it.

    Its `extra` is the entry itself, of which the leaf is made.
    """
    hashes = "".join(f"{_base64(one)}\n" for one in proof)
    return f"c2sp.org/tlog-proof@v1\nextra {_base64(entry)}\nindex {index}\n{hashes}\n{head}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
