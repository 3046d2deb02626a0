"""From a row of the outbox to a mail: subject, text, and HTML made from the text."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from flask import Blueprint, current_app, g
from markupsafe import escape

from participatie.config import Config
from participatie.core.html import as_html, in_languages, readable, said_in, unmarked
from participatie.core.i18n import DEFAULT_LANGUAGE, language, saying, speaking
from participatie.core.outbox import OutboxMessage
from participatie.identity.models import Account
from participatie.theming.themes import themes

LONGEST_SUBJECT = 150
TOLD = frozenset(
    [
        "answer",
        "budget",
        "changes",
        "day",
        "due_on",
        "explanation",
        "joint",
        "lost",
        "old_day",
        "reason",
        "respond_by",
        "summary",
        "text",
        "title",
        "won",
    ]
)
"""The parameters that are words, as people or the griffie wrote them; others are codes."""
OF_THING = frozenset({"title", "summary"})
"""The words of what the mail is about, in its own `language`; the others are Dutch."""

WordsOf = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Of what a mail is about: what is said instead of texts of the program."""

bp = Blueprint("notifications", __name__, template_folder="templates")  # for its templates only


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address, with both its forms."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    html: str


def render(message: OutboxMessage, account: Account, recipient: str) -> Mail:
    """The mail of `message`, from the template `mail/<kind>.txt` of the slice that wrote it.

    Its first line is the subject. Raises what Jinja raises for a template that is not there or
    asks for what is not in the parameters. All of it is in the language of its reader, and what is
    about a process in the words of that.
    """
    config: Config = current_app.extensions["config"]
    jinja = current_app.jinja_env
    _settle()
    common = {"base_url": config.base_url, "is_staff": account.is_staff}
    words_of: WordsOf = current_app.extensions["words_of_mail"]
    with speaking(account.language):
        with saying(words_of(message.parameters)):
            marked = _written(message.kind, {**message.parameters, **common})
        subject, text = (unmarked(words) for words in marked)
        around = {
            **common,
            "subject": _one_line(subject),
            "preview": text.partition("\n")[0],
            "text": text,
            "paint": themes().paint(),
        }
        return Mail(
            message_id=message_id(message, config.mail_from),
            sender=config.mail_from,
            sender_name=_one_line(themes().site().name),
            recipient=recipient,
            subject=_one_line(subject),
            text=jinja.get_template("mail/notice.txt").render(around).strip() + "\n",
            html=jinja.get_template("mail/notice.html").render(
                around,
                heading=in_languages(escape(marked[0])),
                html=in_languages(as_html(marked[1])),
            ),
        )


def written(kind: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    """The subject and the text of a mail, in the language that is spoken."""
    subject, text = (unmarked(words) for words in _written(kind, parameters))
    return _one_line(subject), text


def _written(kind: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    """The same, in which is marked what people wrote in another language."""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    of_thing = str(parameters.get("language", DEFAULT_LANGUAGE))
    said = {
        name: _said(value, of_thing if name in OF_THING else DEFAULT_LANGUAGE, name)
        for name, value in parameters.items()
    }
    subject, _, text = template.render(**said).strip().partition("\n")
    return subject, text.strip()


def _said(value: Any, code: str, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _said(one, code, name) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_said(one, code, name) for one in value]
    if not isinstance(value, str):
        return value
    value = readable(value)
    is_told = bool(value) and name in TOLD and code != language()
    return said_in(code, value) if is_told else value


def _settle() -> None:
    """Wear the theme that is on, and say what the municipality wants said: asked once a batch."""
    themes().settle()
    if "texts_are_settled" not in g:
        themes().site().furniture(DEFAULT_LANGUAGE)
        g.texts_are_settled = True


def message_id(message: OutboxMessage, mail_from: str) -> str:
    """The same for each try, so that a mail program shows a repeat once."""
    made = hashlib.sha256(message.dedup.encode()).hexdigest()[:32]
    return f"<{made}.{message.id}@{mail_from.rpartition('@')[2]}>"


def as_email(mail: Mail, *, now: datetime) -> EmailMessage:
    """`mail` as it goes over the wire. No header can hold a line end: the library refuses it."""
    email = EmailMessage(policy=SMTP)
    email["From"] = Address(mail.sender_name, addr_spec=mail.sender)
    email["To"] = Address(addr_spec=mail.recipient)
    email["Subject"] = mail.subject
    email["Date"] = now
    email["Message-ID"] = mail.message_id
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(mail.text, cte="quoted-printable")
    email.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return email


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"
