"""Logs: one line an event, to standard error, without personal data."""

import logging
import re
import sys

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_DETAIL = re.compile(
    r"^(DETAIL|CONTEXT): .*(\n(unnamed portal|portal|COPY|JSON data).*)*", re.MULTILINE
)


CHATTY = ("werkzeug", "alembic", "celery.worker.strategy", "celery.app.trace", "celery.beat")
"""Loggers with a line for each thing that went as it should; our tasks have a line of their own."""


class OneLine(logging.Formatter):
    """A record is one line, whatever stands in it: nobody can forge a second one.

    What PostgreSQL adds to an error as DETAIL or CONTEXT is left out: it quotes rows.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = _DETAIL.sub(r"\1: (left out)", super().format(record))
        return " ⏎ ".join(text.splitlines())


def init() -> None:
    """Send the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(_PLAIN))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
