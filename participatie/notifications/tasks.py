"""What the worker does by the clock: send what waits, and sweep what is old."""

import time
from collections import Counter
from datetime import timedelta
from threading import Lock

from celery import shared_task
from flask import current_app

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.limits import forget_tries
from participatie.core.once import KEEP_SENT, forget_sent
from participatie.core.tasks import sweep_broker
from participatie.identity.services import forget_codes
from participatie.identity.sessions import forget_expired
from participatie.notifications import services
from participatie.notifications.channels import Channels
from participatie.notifications.services import Outcome

LONGEST_BATCH = 50.0
KEEP_TRIES = timedelta(days=1)
KEEP_CODES = timedelta(days=1)

_sending = Lock()  # one thread of this process sends, so that the others stay free for other work


@shared_task  # type: ignore[untyped-decorator]
def send_waiting() -> str:
    """Send what is due, one message a transaction, until nothing is due or time is up."""
    if not _sending.acquire(blocking=False):
        return "another thread is sending"
    try:
        with Channels(current_app.extensions["config"]) as channels:
            if not channels.ways:
                return "there is no way to send mail: SMTP_URL is not set"
            outcomes = _send_all(channels)
    finally:
        _sending.release()
    return ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items()))


def _send_all(channels: Channels) -> Counter[str]:
    deadline = time.monotonic() + LONGEST_BATCH
    outcomes: Counter[str] = Counter()
    codes = current_app.extensions["codes"]
    while time.monotonic() < deadline:
        outcome = services.send_next(channels, codes=codes, now=now())
        db.session.commit()
        if outcome is Outcome.NOTHING_DUE:
            break
        outcomes[outcome] += 1
        if outcome is Outcome.UNREACHABLE:
            break
    return outcomes


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> str:
    """Delete what nobody needs any more."""
    moment = now()
    swept = {
        "sessions": forget_expired(moment),
        "tries": forget_tries(moment - KEEP_TRIES),
        "forms": forget_sent(moment - KEEP_SENT),
        "codes": forget_codes(moment - KEEP_CODES),
        "messages": services.forget_messages(moment),
        "demo mails": services.forget_demo_mails(),
    }
    db.session.commit()
    broker = current_app.extensions["celery"].conf.broker_url
    if broker.startswith("sqla+"):
        swept["queue"] = sweep_broker()
        db.session.commit()
    return ", ".join(f"{n} {what}" for what, n in swept.items())
