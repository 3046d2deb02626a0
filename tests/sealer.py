"""A real sealer, as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from participatie.config import BOX_SOCKET, COUNT_SOCKET
from participatie.core.custody import Custody
from participatie.run.site import can_be_asked


class Sealer:
    """A sealer on a directory of its own, that can be killed and started."""

    def __init__(self, folder: Path, *words: str, keys_dir: Path | None = None) -> None:
        self.keys_dir = keys_dir or folder / "keys"
        self.sockets_dir = folder / "sockets"
        self.log_file = folder / "log"
        self.box = Custody(self.sockets_dir / BOX_SOCKET)
        self.count = Custody(self.sockets_dir / COUNT_SOCKET)
        self._words = words
        self.start()

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "participatie.votes.sealer", *self._words),
                    *("--keys", str(self.keys_dir), "--sockets", str(self.sockets_dir)),
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 20
        while not can_be_asked(self.sockets_dir / COUNT_SOCKET):
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Leave no process and no connection."""
        if self.process.poll() is None:
            self.kill()
        self.box.close()
        self.count.close()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)


@contextmanager
def running_sealer(*words: str, keys_dir: Path | None = None) -> Iterator[Sealer]:
    """A sealer in a fresh directory; nothing of it is left after the block."""
    with tempfile.TemporaryDirectory(prefix="sealer-") as folder:
        sealer = Sealer(Path(folder), *words, keys_dir=keys_dir)
        try:
            yield sealer
        finally:
            sealer.end()
