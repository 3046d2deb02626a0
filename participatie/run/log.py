"""One log for all processes: each line with the time and the name of who wrote it."""

import os
import threading
from datetime import datetime
from typing import IO

WIDTH = 8
LONGEST_LINE = 64 * 1024


class Log:
    """Writes whole lines to a file descriptor, from any thread.

    A reader that has gone away (`participatie run | head`) costs the lines, not the system.
    """

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """A line of the supervisor itself."""
        self._write("run", text.encode())

    def follow(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Copies every line of `stream` under `name`, in a thread that ends with its writers."""
        thread = threading.Thread(target=self._copy, args=(name, stream), daemon=True)
        thread.start()
        return thread

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(LONGEST_LINE):
                self._write(name, line.rstrip(b"\r\n"))

    def _write(self, name: str, text: bytes) -> None:
        now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")[:19]
        line = f"{now} {name:<{WIDTH}} | ".encode() + text + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                return
