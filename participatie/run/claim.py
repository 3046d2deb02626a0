"""Who may use a data directory: one claimant that runs its PostgreSQL, and guests of that one."""

import time
from pathlib import Path

from participatie.run.errors import RunError
from participatie.run.lock import FileLock

GUESTS_GRACE = 10.0


def data_lock(data_dir: Path) -> FileLock:
    """Held by whoever runs PostgreSQL on `data_dir`."""
    return FileLock(data_dir / "lock")


def guest_lock(data_dir: Path) -> FileLock:
    """Shared by commands that use the PostgreSQL of another; exclusive while it is not fit for use:
    before its migrations are done, and when it is about to stop."""
    return FileLock(data_dir / "guests.lock")


def claim(data_dir: Path) -> FileLock:
    """The taken lock of `data_dir`. Raises `RunError` when somebody else has it."""
    lock = data_lock(data_dir)
    if not lock.take():
        raise RunError(
            f"Another participatie (process {lock.holder() or 'unknown'}) already runs on "
            f"{data_dir}: stop it first, or choose another DATA_DIR."
        )
    return lock


def close_to_guests(data_dir: Path) -> FileLock:
    """The taken guest lock, for a claimant that starts.

    Guests can still be there when their host was killed. Raises `RunError` when they stay.
    """
    lock = guest_lock(data_dir)
    deadline = time.monotonic() + GUESTS_GRACE
    while not lock.take():
        if time.monotonic() > deadline:
            raise RunError(f"A command that started earlier still uses {data_dir}: end it first.")
        time.sleep(0.05)
    return lock
