"""The directory in which one installation keeps everything that lasts."""

import os
import secrets
from pathlib import Path

from participatie.run.errors import RunError


def open_data_dir(path: Path) -> None:
    """Makes `path` when it is not there and takes it over when it is empty.

    It is then closed to others; for root they may pass through, because PostgreSQL, as another
    user, must reach its own directory inside.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
        if os.geteuid() == 0 and not any(path.iterdir()):
            path.chmod(mode)
    except OSError as error:
        raise RunError(f"The data directory {path} cannot be made: {error.strerror}.") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise RunError(f"The data directory {path} cannot be written to; mend its owner or mode.")


def secret_key_file(data_dir: Path) -> Path:
    """The file with the secret key of this installation, made at the first start."""
    keys = data_dir / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    path = keys / "secret_key"
    if not path.exists():
        unfinished = keys / "secret_key.new"
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        unfinished.rename(path)
    return path
