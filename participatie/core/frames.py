"""Messages over a local socket: a few fields of bytes, each with its length before it.

One side asks and then waits for the answer, so there is never more than one message under way.
"""

import socket
import struct
from collections.abc import Iterator, Sequence

LARGEST = 4 * 1024 * 1024
MOST_FIELDS = 2000
_LENGTH = struct.Struct("!I")
_CHUNK = 64 * 1024


class BrokenFrame(ValueError):
    """Bytes that are no message, or one that is too large."""


def send(connection: socket.socket, fields: Sequence[bytes]) -> None:
    """Send one message. Raises `OSError`, and `BrokenFrame` for one that is too large."""
    body = b"".join(part for field in fields for part in (_LENGTH.pack(len(field)), field))
    if len(body) > LARGEST or len(fields) > MOST_FIELDS:
        raise BrokenFrame("this message is too large")
    connection.sendall(_LENGTH.pack(len(body)) + body)


def receive(connection: socket.socket) -> list[bytes] | None:
    """The next message; None when the other side has hung up between two messages.

    Raises `OSError`, and `BrokenFrame` for what is no message, or only half of one.
    """
    came = bytearray(connection.recv(_CHUNK))
    if not came:
        return None
    _fill(connection, came, _LENGTH.size)
    (size,) = _LENGTH.unpack_from(came)
    if size > LARGEST:
        raise BrokenFrame("this message is too large")
    _fill(connection, came, _LENGTH.size + size)
    if len(came) > _LENGTH.size + size:
        raise BrokenFrame("more came than one message")
    return list(_fields(memoryview(came)[_LENGTH.size :]))


def _fill(connection: socket.socket, came: bytearray, size: int) -> None:
    while len(came) < size:
        more = connection.recv(min(size - len(came), _CHUNK))
        if not more:
            raise BrokenFrame("half a message came")
        came += more


def _fields(body: memoryview) -> Iterator[bytes]:
    place = 0
    for _ in range(MOST_FIELDS):
        if place == len(body):
            return
        if place + _LENGTH.size > len(body):
            break
        (size,) = _LENGTH.unpack_from(body, place)
        place += _LENGTH.size
        if place + size > len(body):
            break
        yield bytes(body[place : place + size])
        place += size
    if place != len(body):
        raise BrokenFrame("the fields of this message do not add up")
