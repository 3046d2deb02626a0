"""Asking the process that holds the keys; the keys themselves never come here.

It stands behind a Unix socket. Connections are kept and used again; a process that was forked
makes its own.
"""

import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

from participatie.core import frames

CONNECT_WITHIN = 1.0
ANSWER_WITHIN = 5.0
ANSWER_MANY_WITHIN = 60.0
KEPT = 8

DONE = b"done"
REFUSED = b"refused"


class CustodyAway(OSError):
    """Who holds the keys does not answer; asking again later helps."""


class Refused(ValueError):
    """Who holds the keys will not do this; `reason` is one word that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the keeper of the keys refuses: {reason}")
        self.reason = reason


class Custody:
    """A client for one socket, for any number of threads.

    Every question may be asked twice: the answers are derived, not drawn. So a question whose
    connection broke, because the other side was started anew, is asked once more.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._free: list[socket.socket] = []
        self._process = os.getpid()

    def ask(self, *fields: bytes, within: float = ANSWER_WITHIN) -> Sequence[bytes]:
        """The answer to one question. Raises `CustodyAway` and `Refused`."""
        kept = self._take()
        answer = None
        if kept is not None:
            try:
                answer = _asked(kept, fields, within)
            except TimeoutError:
                raise CustodyAway("no answer came in time") from None
            except OSError:
                kept = None
        if kept is None or answer is None:
            kept, answer = self._asked_anew(fields, within)
        self._give_back(kept)
        if answer[0] != DONE:
            raise Refused(answer[1].decode())
        return answer[1:]

    def close(self) -> None:
        """Hang up; a later question makes a new connection."""
        with self._lock:
            while self._free:
                self._free.pop().close()

    def _asked_anew(
        self, fields: Sequence[bytes], within: float
    ) -> tuple[socket.socket, list[bytes]]:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_WITHIN)
            connection.connect(str(self._path))
            answer = _asked(connection, fields, within)
        except OSError as error:
            connection.close()
            raise CustodyAway(f"{self._path}: {error.strerror or error}") from None
        except BaseException:
            connection.close()
            raise
        return connection, answer

    def _take(self) -> socket.socket | None:
        with self._lock:
            if self._process != os.getpid():  # its sockets are shared with the process it was
                self._process, inherited = os.getpid(), self._free
                self._free = []
                for connection in inherited:
                    connection.close()
            return self._free.pop() if self._free else None

    def _give_back(self, connection: socket.socket) -> None:
        with self._lock:
            if len(self._free) < KEPT:
                self._free.append(connection)
                return
        connection.close()


def _asked(connection: socket.socket, fields: Sequence[bytes], within: float) -> list[bytes]:
    """One question and its answer. A connection that failed is closed; raises `OSError`."""
    answer = None
    try:
        connection.settimeout(within)
        frames.send(connection, fields)
        answer = frames.receive(connection)
    except frames.BrokenFrame as error:
        raise ConnectionResetError(str(error)) from None
    finally:
        if not answer:
            connection.close()
    if not answer:
        raise ConnectionResetError("the other side hung up")
    return answer
