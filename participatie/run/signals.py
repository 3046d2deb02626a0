"""Waiting in the main thread for signals, dying children and time, without a race between them."""

import select
import signal
import socket
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Handler = Callable[[int, FrameType | None], Any] | int | None


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Signals:
    """While open, signals arrive as bytes on a socket; handlers themselves do nothing.

    SIGINT counts even when a shell started us in the background with SIGINT ignored;
    an ignored SIGHUP (nohup) stays ignored.
    """

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._old_writer = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old: dict[int, Handler] = {}
        for number in (*STOPPING, signal.SIGCHLD):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            self._old[number] = signal.signal(number, lambda *_: None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_writer)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float | None) -> None:
        """Returns after `seconds` (None: no limit) or as soon as any signal came.

        Raises `StopRequested` when one of `STOPPING` was among them.
        """
        ready, _, _ = select.select([self._reader], [], [], seconds)
        came = self._reader.recv(4096) if ready else b""
        if any(number in STOPPING for number in came):
            raise StopRequested
