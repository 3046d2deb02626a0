"""For the printer of the letters: make a key, and open a file of letters with it.

    python open_letters.py make-key printer.key      tells what the municipality must fill in
    python open_letters.py open printer.key brieven.sealed > brieven.csv

Stands alone: it needs Python and PyNaCl (https://pynacl.readthedocs.io), and no network. The file
is a libsodium «sealed box»; any other program that knows those can open it too.
"""

import os
import sys
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox


def make_key(path: Path) -> str:
    """A new key in `path`, for this user only; what the municipality must fill in."""
    key = PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(bytes(key).hex() + "\n")
    return bytes(key.public_key).hex()


def opened(key: Path, sealed: Path) -> bytes:
    """What is in a file of letters. Raises `CryptoError` for one that was made for another key."""
    private = PrivateKey(bytes.fromhex(key.read_text().strip()))
    return SealedBox(private).decrypt(sealed.read_bytes())


def main(arguments: list[str]) -> int:
    """Exit code 0: done; 1: it does not open; 2: not asked well."""
    try:
        if arguments[:1] == ["make-key"] and len(arguments) == 2:
            sys.stdout.write(make_key(Path(arguments[1])) + "\n")
            return 0
        if arguments[:1] == ["open"] and len(arguments) == 3:
            sys.stdout.buffer.write(opened(Path(arguments[1]), Path(arguments[2])))
            return 0
    except CryptoError:
        sys.stderr.write("this file was made for another key, or it is damaged\n")
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
