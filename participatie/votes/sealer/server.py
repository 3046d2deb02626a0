"""The doors of the sealer: Unix sockets at which messages are answered, a thread a connection."""

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from participatie.core import frames

LONGEST_PATH = 103
MOST_CONNECTIONS = 200
ONE_MESSAGE_WITHIN = 10.0
_BACKLOG = 128
_PEER = struct.Struct("3i")

Answer = Callable[[Sequence[bytes]], list[bytes]]

log = logging.getLogger(__name__)


def listen(path: Path, *, for_group: bool) -> socket.socket:
    """A listening socket at `path`, for this user only, or for its group too.

    What stood there is replaced: the caller knows that nobody else serves it.
    """
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise OSError(f"the path of a socket has {LONGEST_PATH} bytes at most: {path}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    if for_group:
        path.chmod(0o660)
    listener.listen(_BACKLOG)
    return listener


def serve(listener: socket.socket, answer: Answer, *, for_group: bool) -> None:
    """Answer at `listener` for ever."""
    places = threading.BoundedSemaphore(MOST_CONNECTIONS)
    while True:
        connection, _ = listener.accept()
        if not may_ask(connection, for_group=for_group):
            log.warning("somebody else's process was sent away")
            connection.close()
        elif not places.acquire(blocking=False):
            log.warning("there are %d connections already", MOST_CONNECTIONS)
            connection.close()
        else:
            conversation = (connection, answer, places)
            threading.Thread(target=_converse, args=conversation, daemon=True).start()


def may_ask(connection: socket.socket, *, for_group: bool) -> bool:
    """Whether the process at the other side is of this user, or of its group where that counts."""
    if not hasattr(socket, "SO_PEERCRED"):  # macOS: the mode of the socket alone decides
        return True
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, group = _PEER.unpack(found)
    return user == os.geteuid() or (for_group and group == os.getegid())


def _converse(
    connection: socket.socket, answer: Answer, places: threading.BoundedSemaphore
) -> None:
    """One connection until it ends; what its messages say is never logged."""
    try:
        with connection:
            while fields := _next(connection):
                frames.send(connection, answer(fields))
    except (OSError, frames.BrokenFrame) as error:
        log.info("a connection ended: %s", type(error).__name__)
    except Exception as error:
        log.error("a question failed: %s", type(error).__name__)  # noqa: TRY400 - no values in logs
    finally:
        places.release()


def _next(connection: socket.socket) -> list[bytes] | None:
    """The next message: it may be long in coming, but not in arriving."""
    connection.settimeout(None)
    connection.recv(1, socket.MSG_PEEK)
    connection.settimeout(ONE_MESSAGE_WITHIN)
    return frames.receive(connection)
