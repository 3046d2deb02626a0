"""The addresses of the system: the listening socket of the site, and whether somebody answers."""

import errno
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

from participatie.run.errors import RunError

HOST = "127.0.0.1"
BACKLOG = 2048


def listen(port: int) -> socket.socket:
    """A listening socket that the web processes inherit.

    It stays open while they restart, so connections wait instead of being refused.
    Raises `RunError` when the port cannot be had.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        what = "is taken" if taken else f"cannot be used ({error.strerror})"
        raise RunError(
            f"Port {port} {what}; choose another one, for example: make run PORT=8123"
        ) from None
    return listener


def can_be_asked(path: Path | None) -> bool:
    """Whether a process listens at a Unix socket; without a path there is nothing to wait for."""
    if path is None:
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


class FirstAnswer:
    """Asks for the home page and, each time it is called, tells whether an answer came yet.

    `status` is then the HTTP status of that answer; 0 before.
    """

    def __init__(self, port: int, base_url: str) -> None:
        self.status = 0
        self._address = (HOST, port)
        host = urlsplit(base_url).netloc
        self._request = f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
        self._connection: socket.socket | None = None

    def __call__(self) -> bool:
        try:
            if self._connection is None:
                self._connection = socket.create_connection(self._address)
                self._connection.sendall(self._request)
                self._connection.setblocking(False)
            answer = self._connection.recv(len("HTTP/1.1 200"))
        except BlockingIOError:
            return False
        except OSError:
            answer = b""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if found := re.fullmatch(rb"HTTP/1\.[01] (\d{3})", answer):
            self.status = int(found[1])
        return found is not None
