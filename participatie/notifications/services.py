"""Emptying the outbox, and forgetting what was sent."""

import logging
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from participatie.core.db import db
from participatie.core.outbox import OutboxMessage, next_message, postpone
from participatie.identity.codes import Codes
from participatie.identity.models import Account
from participatie.notifications.channels import Channel, NotDelivered, Unreachable
from participatie.notifications.mail import render
from participatie.notifications.models import DemoMail
from participatie.notifications.queries import code_to_mail

KEEP_MESSAGES = timedelta(days=30)
KEEP_DEMO_MAILS = 1000

log = logging.getLogger("participatie.mail")


class Outcome(StrEnum):
    """What became of the message that was next."""

    SENT = "sent"
    DROPPED = "dropped"
    POSTPONED = "postponed"
    UNREACHABLE = "unreachable"
    NOTHING_DUE = "nothing due"


def send_next(channel: Channel, *, codes: Codes, now: datetime) -> Outcome:
    """Send the message that has waited longest. The caller commits, after each.

    The row stays locked until then, so nobody else sends it; when the program dies in between, it
    is sent once more with the same Message-ID. Without a confirmed address it is dropped.
    """
    message = db.session.scalars(next_message(now)).one_or_none()
    if message is None:
        return Outcome.NOTHING_DUE
    account = db.session.get_one(Account, message.account_id)
    recipient = _recipient(message, account, codes, now)
    if recipient is None:
        message.given_up_at, message.last_error = now, "no confirmed address"
        return Outcome.DROPPED
    try:
        channel.send(render(message, account, recipient), now=now)
    except SQLAlchemyError:
        raise
    except NotDelivered as error:
        postpone(message, error=f"{type(error).__name__}: {error}", now=now)
        log.warning("%s %d is not sent: %s", message.kind, message.id, message.last_error)
        return Outcome.UNREACHABLE if isinstance(error, Unreachable) else Outcome.POSTPONED
    except Exception as error:  # a fault in one mail must not hold up all others
        postpone(message, error=type(error).__name__, now=now)
        log.exception("%s %d cannot be written", message.kind, message.id)
        return Outcome.POSTPONED
    message.attempts += 1
    message.sent_at, message.last_error = now, None
    return Outcome.SENT


def forget_messages(now: datetime) -> int:
    """Delete messages that were sent or given up a while ago. The caller commits."""
    old = now - KEEP_MESSAGES
    gone = db.session.execute(
        delete(OutboxMessage).where(
            (OutboxMessage.sent_at < old) | (OutboxMessage.given_up_at < old)
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_demo_mails() -> int:
    """Delete all but the newest mails of the demo. The caller commits."""
    newest = select(DemoMail.id).order_by(DemoMail.id.desc()).limit(KEEP_DEMO_MAILS)
    gone = db.session.execute(delete(DemoMail).where(DemoMail.id.not_in(newest)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _recipient(message: OutboxMessage, account: Account, codes: Codes, now: datetime) -> str | None:
    """A confirmed address; for a link the address that it is to prove, while the link works."""
    seed = message.parameters.get("seed")
    if seed is not None:
        return db.session.scalars(code_to_mail(codes.code(seed), now)).one_or_none()
    return account.email if account.email_confirmed_at is not None else None
