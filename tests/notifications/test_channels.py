"""Handing a mail over: nothing is lost, whatever the mail server does."""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import HeaderParseError

import pytest

from participatie.config import ConfigError, SmtpServer, Tls
from participatie.notifications.channels import NotDelivered, SmtpChannel, Unreachable
from participatie.notifications.mail import Mail, as_email
from tests.notifications.mailbox import mail_server, taken_then_dropped, taken_too_slowly

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)


def mail(number: int = 1, **changes: str) -> Mail:
    words = {
        "message_id": f"<{number}@waterlanden.example>",
        "sender": "doemee@waterlanden.example",
        "sender_name": "Waterlanden doet mee",
        "recipient": "esra@waterlanden.example",
        "subject": "Een antwoord: café «De Brug»",
        "text": "Beste Esra,\n\nHet mag.\n.\nTot ziens\n",
        "html": "<p>Beste Esra</p>",
    }
    return Mail(**{**words, **changes})


@pytest.fixture
def mailbox():
    with mail_server() as one:
        yield one


@pytest.fixture
def channel(mailbox):
    one = SmtpChannel(mailbox.server, patience=0.4)
    yield one
    one.close()


def test_a_mail_arrives_in_both_its_forms(mailbox, channel):
    channel.send(mail(), now=NOW)
    (arrived,) = mailbox.taken
    assert arrived["Subject"] == "Een antwoord: café «De Brug»"
    assert arrived["From"] == "Waterlanden doet mee <doemee@waterlanden.example>"
    assert arrived["To"] == "esra@waterlanden.example"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Date"] is not None
    text, html = arrived.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().replace("\r\n", "\n") == mail().text
    assert html.get_content_type() == "text/html"


def test_a_batch_goes_over_one_connection(mailbox, channel):
    for number in range(5):
        channel.send(mail(number), now=NOW)
    assert mailbox.connections == 1
    assert len(mailbox.taken) == 5


@pytest.mark.parametrize("answer", ["421 closing", "451 try later", "550 no such user", "554 no"])
def test_a_refused_mail_is_not_delivered_and_the_next_one_is(mailbox, channel, answer):
    mailbox.answers = [answer]
    with pytest.raises(NotDelivered) as refusal:
        channel.send(mail(1), now=NOW)
    assert "esra" not in str(refusal.value)
    channel.send(mail(2), now=NOW)
    assert mailbox.ids == ["<2@waterlanden.example>"]


@pytest.mark.parametrize("fault", [taken_then_dropped, taken_too_slowly])
def test_a_mail_without_an_answer_counts_as_not_delivered(mailbox, channel, fault):
    mailbox.answers = [fault]
    with pytest.raises(Unreachable):
        channel.send(mail(1), now=NOW)
    channel.send(mail(1), now=NOW)
    assert set(mailbox.ids) == {"<1@waterlanden.example>"}
    assert len(mailbox.ids) == 2


def test_a_connection_that_was_closed_between_two_mails_is_made_anew(mailbox, channel):
    channel.send(mail(1), now=NOW)
    channel._connection.sock.shutdown(socket.SHUT_RDWR)
    channel.send(mail(2), now=NOW)
    assert mailbox.connections == 2
    assert len(mailbox.taken) == 2


def test_a_server_that_is_away_is_unreachable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = SmtpServer(host="127.0.0.1", port=unused.getsockname()[1], tls=Tls.NONE)
        with pytest.raises(Unreachable, match="ConnectionRefusedError"):
            SmtpChannel(server, patience=0.4).send(mail(), now=NOW)


def test_a_server_without_starttls_gets_no_mail(mailbox):
    server = SmtpServer(host="127.0.0.1", port=mailbox.port, tls=Tls.STARTTLS)
    with pytest.raises(Unreachable, match="SMTPNotSupportedError"):
        SmtpChannel(server, patience=0.4).send(mail(), now=NOW)
    assert mailbox.taken == []


@pytest.mark.parametrize("field", ["subject", "sender_name", "message_id", "recipient", "sender"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_no_header_can_be_added_to_a_mail(field, end):
    evil = getattr(mail(), field) + f"{end}Bcc: evil@evil.example"
    with suppress(ValueError, IndexError, HeaderParseError):  # or the library refuses it
        assert b"\nBcc:" not in as_email(mail(**{field: evil}), now=NOW).as_bytes()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h", SmtpServer(host="h", port=587, tls=Tls.STARTTLS)),
        ("smtp://h:25?tls=none", SmtpServer(host="h", port=25, tls=Tls.NONE)),
        ("smtp://h?tls=none", SmtpServer(host="h", port=25, tls=Tls.NONE)),
        (
            "smtps://u%40x:p%3Aw@h",
            SmtpServer(host="h", port=465, tls=Tls.AT_ONCE, user="u@x", password="p:w"),
        ),
    ],
)
def test_the_address_of_a_mail_server_is_read(url, server):
    assert SmtpServer.parse(url) == server
    assert "p:w" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "h:25",
        "http://h",
        "smtp://",
        "smtp://h:x",
        "smtp://h?tls=maybe",
        "smtp://h?ssl=1",
        "smtps://h?tls=none",
        "smtp://u:p@h?tls=none",
        "smtp://[h",
    ],
)
def test_what_is_no_address_of_a_mail_server_is_refused(url):
    with pytest.raises(ConfigError, match="SMTP_URL"):
        SmtpServer.parse(url)
