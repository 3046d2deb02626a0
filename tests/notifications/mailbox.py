"""A mail server that does as it is told, and remembers what it took."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from participatie.config import SmtpServer, Tls

Answer = str | Callable[[Any], Awaitable[str]]


class Mailbox:
    """Takes mails, unless the next of `answers` says otherwise."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[Answer] = []
        self.connections = 0
        self.port = 0

    @property
    def server(self) -> SmtpServer:
        return SmtpServer(host="127.0.0.1", port=self.port, tls=Tls.NONE)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's names
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if callable(answer) or answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return await answer(server) if callable(answer) else answer


async def taken_then_dropped(server: Any) -> str:
    """The mail is kept, but the line breaks before the server can say so."""
    server.transport.abort()
    return "250 taken"


async def taken_too_slowly(server: Any) -> str:
    """The mail is kept, but the answer comes when nobody waits any more."""
    await asyncio.sleep(1.0)
    return "250 taken"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on a free port of this machine."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        mailbox.port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
