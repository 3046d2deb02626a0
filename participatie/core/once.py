"""A form that is sent twice is done once, and its second answer is the first.

Somebody presses twice because nothing seems to happen, on a telephone without script too. What is
pressed is told apart by all that it sends, with the token of the page that it was read from: who
opens the page again and writes the same words does something new.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import LargeBinary, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from participatie.core.clock import now
from participatie.core.db import Base, alone, db
from participatie.core.errors import N_, Conflict

KEEP_SENT = timedelta(minutes=10)
"""For how long the same press leads on instead of doing it again: who goes back later means it."""

_PAUSE = 0.02
_PATIENCE = 1.0
"""Seconds between two looks for where the first one led, and how long there are any."""

View = Callable[..., ResponseReturnValue]


class SentForm(Base):
    """A form that was done: by a keyed hash of all that was sent, and where that led."""

    __tablename__ = "sent_form"

    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sent_at: Mapped[datetime]
    led_to: Mapped[str | None]


def once(view: View) -> View:
    """Do what is sent to `view` once; who sends the very same again goes where it led.

    Two at once wait for each other. What is refused leaves no trace, and can be sent again. Raises
    `Conflict` where it is done and led nowhere. Not for what may be kept nowhere, as a choice on a
    ballot.
    """

    @wraps(view)
    def sent(**place: Any) -> ResponseReturnValue:
        if request.method != "POST":
            return view(**place)
        mark = _mark()
        if not _is_first(mark):
            return redirect(_led_to(mark), 303)
        answer = make_response(view(**place))
        if answer.status_code == 303:
            db.session.rollback()  # of what the view did not keep there is nothing to note
            with alone() as own:
                done = update(SentForm).where(SentForm.mark == mark)
                own.execute(done.values(led_to=answer.location))
        return answer

    return sent


def forget_sent(before: datetime) -> int:
    """Delete the marks of what was sent before `before`; how many. The caller commits."""
    return int(db.session.execute(delete(SentForm).where(SentForm.sent_at < before)).rowcount)  # type: ignore[attr-defined]


def _is_first(mark: bytes) -> bool:
    """Note what is sent, in the transaction of the view; waits for one that does the same."""
    moment = now()
    note = insert(SentForm).values(mark=mark, sent_at=moment).on_conflict_do_nothing()
    anew = (  # by itself: a conflict that updates locks the row that the first one still writes
        update(SentForm)
        .where(SentForm.mark == mark, SentForm.sent_at < moment - KEEP_SENT)
        .values(sent_at=moment, led_to=None)
    )
    tries = (way.returning(SentForm.mark) for way in (note, anew))
    return any(db.session.scalars(way).first() is not None for way in tries)


def _led_to(mark: bytes) -> str:
    """Where the first one led; that is written a moment after what it did. Raises `Conflict`."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        found = db.session.scalar(select(SentForm.led_to).where(SentForm.mark == mark))
        if found is not None:
            return found
        time.sleep(_PAUSE)
    raise Conflict(N_("You sent this already. Look whether it is there."))


def _mark() -> bytes:
    """A keyed hash of all that was sent, where to, and the token that says by whom."""
    key = hashlib.blake2b(current_app.config["SECRET_KEY"].encode(), person=b"sent once").digest()
    mark = hashlib.blake2b(key=key, digest_size=16)
    words = sorted(request.form.items(multi=True))
    files = sorted((name, *_told(file)) for name, file in request.files.items(multi=True))
    mark.update(repr((request.full_path, words, files)).encode(errors="surrogatepass"))
    return mark.digest()


def _told(file: FileStorage) -> tuple[str, int]:
    """The name of a file and how long it is; it is read from its beginning after this."""
    length = file.seek(0, 2) or file.tell()
    file.seek(0)
    return file.filename or "", length
