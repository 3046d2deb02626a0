"""Locks on a data directory that vanish with their holder, however it ends."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """An advisory lock on the file `path` (made with mode 0600), held until `release`.

    An exclusive holder writes its process id into the file and wipes it when it releases, so
    an id that nobody locks was left by a holder that was killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left_by = ""
        self._descriptor = -1

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Takes the lock, which must be free of ourselves; False when another holds it.

        `left_by` is then the process id that a killed exclusive holder left, or empty.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
            if not shared:
                self.left_by = self.holder()
                os.truncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def holder(self) -> str:
        """The process id that the last exclusive holder wrote; empty when it released."""
        return self.path.read_text().strip()

    def release(self) -> None:
        """Gives the lock back; harmless when it is not held."""
        if self._descriptor != -1:
            if self.holder() == str(os.getpid()):
                os.truncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
