"""A form that comes too late loses nothing: what was typed waits until its sender is back.

A session can end while somebody writes, and a form can belong to an earlier log-in. What it holds
is then kept in the new session, sealed like the rest of it, and its page shows it again with one
button to send it. Nothing is ever sent again by itself: no vote, no support.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import TooMany
from participatie.core.limits import count_try, network

TERM = timedelta(minutes=30)
MOST = 100_000
"""Characters of the largest form that is kept; the longest text that may be sent is shorter."""

SHORTEST_TEXT = 20
"""Characters of the shortest text that somebody would not like to type again."""

MOST_KEPT = (100, timedelta(minutes=10))
"""How many forms of one network address are kept in how long: nobody need log in to send one, so
somebody could fill the disk with them. A town hall in which all are late at once comes to fewer."""

_KEPT = "kept_form"
_TOKEN = "csrf_token"  # noqa: S105 - the name of a field
_WRITER = "writer"
_SECRET = ("phrase", "code", "who", "q.", "p.")
"""How the names begin of fields that never wait: pass phrases, codes, who stands at the desk, and
what is chosen on a ballot."""


def keep_and_return(*, for_anyone: bool) -> Response | None:
    """Keep the form of this request, and go to where it can be sent again.

    A press on a button alone is not kept: it is for the page where the button stands. `for_anyone`
    says that the form can be sent without logging in. None when another site sent it, which
    may not fill in anything for anybody, when it is too large to keep, or after too many others.
    """
    if not _is_from_here():
        return None
    fields = {name: values for name, values in request.form.lists() if _may_be_kept(name)}
    if sum(len(value) for values in fields.values() for value in values) > MOST:
        return None
    is_in = current_user.is_authenticated
    is_typed = not fields.keys() <= {_WRITER}
    page = request.path if is_typed and _is_page(request.path) else None
    if page and _is_one_too_many():
        return None
    if page:
        until = (now() + TERM).isoformat()
        session[_KEPT] = {"page": page, "fields": fields, "until": until}
    must_log_in = not (is_in or for_anyone)
    flash(_sentence(must_log_in=must_log_in, has_page=page is not None), "warning")
    back = page or _page_before()
    within = f"{request.script_root}{back}"  # in the language of this page
    return redirect(url_for("identity.login", next=back) if must_log_in else within, 303)


def kept_fields() -> MultiDict[str, str] | None:
    """What was typed in the form of this page before, when it waits here."""
    kept: dict[str, Any] | None = session.get(_KEPT)
    if kept is None or kept["page"] != request.path:
        return None
    if now() > datetime.fromisoformat(kept["until"]):
        return None
    return MultiDict(kept["fields"])


def forget_form() -> None:
    """Keep the form of this page no longer: it has arrived."""
    if session.get(_KEPT, {}).get("page") == request.path:
        del session[_KEPT]


def typed_texts() -> list[str]:
    """The texts in the form of this request, for a page that says that they were refused.

    Only what reads as a text, in the order in which it was asked; nothing that another site sent.
    """
    if request.method != "POST" or not _is_from_here():
        return []
    try:
        fields = [*request.form.items(multi=True)]
    except HTTPException:  # too large to read
        return []
    return [words for name, words in fields if _may_be_kept(name) and _is_text(words)]


def leave_to(account_id: int) -> None:
    """Drop what somebody else typed in this browser, now that `account_id` logs in to it."""
    fields = session.get(_KEPT, {}).get("fields", {})
    if fields.get(_WRITER, [""])[0] not in {"", _mark(account_id)}:
        del session[_KEPT]


def writer() -> str:
    """A mark of who is logged in, for a form to carry: so another person never gets its words."""
    return _mark(current_user.id) if current_user.is_authenticated else ""


def _mark(account_id: int) -> str:
    key = hashlib.blake2b(current_app.config["SECRET_KEY"].encode(), person=b"writer").digest()
    return hashlib.blake2b(str(account_id).encode(), key=key, digest_size=12).hexdigest()


def _is_one_too_many() -> bool:
    most, window = MOST_KEPT
    db.session.rollback()  # gives its connection back: the count takes one of its own
    try:
        count_try(f"kept:{network()}", most=most, window=window, now=now())
    except TooMany:
        return True
    return False


def _may_be_kept(name: str) -> bool:
    """Whether a field may wait: what is secret is typed again."""
    return name != _TOKEN and not name.startswith(_SECRET)


def _is_text(words: str) -> bool:
    return len(words) >= SHORTEST_TEXT and len(words.split()) > 1


def _sentence(*, must_log_in: bool, has_page: bool) -> str:
    if has_page and not must_log_in:
        said = gettext(
            "This page was open for too long. Nothing is sent yet, and nothing is lost. "
            "Look at what you filled in, and send it once more."
        )
    elif has_page:
        said = gettext(
            "You were no longer logged in. Nothing is sent yet. "
            "Log in, and you can go on with what you filled in."
        )
    elif must_log_in:
        said = gettext(
            "You were no longer logged in. Nothing has happened yet. "
            "Log in, and press the button again."
        )
    else:
        said = gettext("This page was open for too long. Nothing has happened yet. Try once more.")
    return str(said)


def _is_from_here() -> bool:
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.host


def _page_before() -> str:
    before = urlsplit(request.headers.get("Referer", ""))
    path = before.path.removeprefix(request.script_root)
    is_ours = before.netloc == request.host and _is_page(path)
    return path if is_ours else "/"


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False
