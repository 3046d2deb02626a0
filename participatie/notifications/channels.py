"""The ways a mail leaves: a mail server, and the post page of the demo."""

import smtplib
import ssl
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy.dialects.postgresql import insert

from participatie.config import Config, Environment, SmtpServer, Tls
from participatie.core.db import db
from participatie.notifications.mail import Mail, as_email
from participatie.notifications.models import DemoMail

PATIENCE = 20.0


class NotDelivered(Exception):
    """This mail did not get through now; a later try may."""


class Unreachable(NotDelivered):
    """Nothing gets through now: to try the next mail at once would help nobody."""


class Channel(Protocol):
    """A way to send mails, open for one batch of them."""

    def send(self, mail: Mail, *, now: datetime) -> None:
        """Hand `mail` over. Raises `NotDelivered`."""
        ...

    def close(self) -> None:
        """End of the batch."""
        ...


class SmtpChannel:
    """Hands mails to a mail server, over one connection as long as that holds."""

    def __init__(self, server: SmtpServer, *, patience: float = PATIENCE) -> None:
        self._server = server
        self._patience = patience
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: Mail, *, now: datetime) -> None:
        connection = self._open()
        try:
            connection.send_message(as_email(mail, now=now), mail.sender, [mail.recipient])
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise Unreachable(_reason(error)) from None
        except smtplib.SMTPException as error:
            self._forget_try()
            raise NotDelivered(_reason(error)) from None
        except OSError as error:  # no answer in time: it may have arrived, so it may come twice
            self.close()
            raise Unreachable(_reason(error)) from None

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _open(self) -> smtplib.SMTP:
        """The connection, made anew when the server has closed it since the last mail."""
        if self._connection is not None and not self._answers(self._connection):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(_reason(error)) from None
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls is Tls.AT_ONCE:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                timeout=self._patience,
                context=ssl.create_default_context(),
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._patience)
        try:
            if server.tls is Tls.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _answers(self, connection: smtplib.SMTP) -> bool:
        try:
            return connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _forget_try(self) -> None:
        """A refused mail leaves the connection usable, unless the server says otherwise."""
        if self._connection is not None and not self._answers(self._connection):
            self.close()


class DemoPost:
    """Keeps a copy for the page /demo/post, in the transaction that marks the mail as sent."""

    def send(self, mail: Mail, *, now: datetime) -> None:
        copy = insert(DemoMail).values(
            message_id=mail.message_id,
            recipient=mail.recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            sent_at=now,
        )
        db.session.execute(copy.on_conflict_do_nothing(index_elements=["message_id"]))

    def close(self) -> None:
        pass


class Channels:
    """The ways of this installation, used one after the other; closed when the batch ends."""

    def __init__(self, config: Config) -> None:
        self.ways: list[Channel] = []
        if config.smtp_url:
            self.ways.append(SmtpChannel(SmtpServer.parse(config.smtp_url)))
        if config.environment is Environment.DEMO:
            self.ways.append(DemoPost())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, mail: Mail, *, now: datetime) -> None:
        for way in self.ways:
            way.send(mail, now=now)

    def close(self) -> None:
        for way in self.ways:
            way.close()


def _reason(error: Exception) -> str:
    """What went wrong, without the address: a server likes to repeat it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"recipient refused: {', '.join(map(str, codes))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
