"""Sessions that live on the server, so that logging out works everywhere and at once.

The browser holds a random number; the database holds its hash and the sealed contents. A reader
without a session gets no cookie and costs no row.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from participatie.core.clock import now
from participatie.core.db import alone, db
from participatie.identity.models import Account, LoginSession
from participatie.identity.rules import IDLE_LIMIT, RESIDENT_LIMIT, STAFF_LIMIT

SEEN_EVERY = timedelta(minutes=1)
BLOCK = 2048
"""Bytes: a session with a list of plans, one that has voted and one without are as long."""
STAFF_SESSION = "staff"
USER = "_user_id"  # Flask-Login's name for who is logged in
LETTER = "letter"
"""In the session, which is sealed: the round and the number of the letter code that was filled in;
the code itself stands nowhere. Who votes with it is somebody else than who logs in."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """The row that a session came from.

    The account is held so that the user loader finds it without asking the database again.
    """

    id_hash: bytes
    created_at: datetime
    seen_at: datetime
    account: Account | None


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What a session holds while a request runs."""

    def __init__(
        self, contents: dict[str, Any], number: str, stored: _Stored | None = None
    ) -> None:
        super().__init__(contents, _mark_modified)
        self.number = number
        self.stored = stored
        self.new = stored is None
        self.modified = False
        self.renewed = False
        self.fault: SQLAlchemyError | None = None
        """Why this is empty although there may be a session: the database did not say."""

    def renew(self) -> None:
        """Go on under another number: done when someone logs in or out."""
        self.number = secrets.token_urlsafe(32)
        self.renewed = True
        self.modified = True


def _mark_modified(session: "CallbackDict[str, Any]") -> None:
    session.modified = True  # type: ignore[attr-defined]


def _unread(number: str, fault: SQLAlchemyError) -> ServerSession:
    unread = ServerSession({}, number)
    unread.fault = fault
    return unread


def refuse_unread() -> None:
    """Answer nobody of whom it is not known who they are; before anything else of a request.

    Not while the session is opened: the error page has to know which page was asked.
    """
    if session.fault is not None:  # type: ignore[attr-defined]
        raise session.fault  # type: ignore[attr-defined]


_ROWS: Any = LoginSession.__table__
_FOUND = (
    select(_ROWS.c.id_hash, _ROWS.c.sealed, _ROWS.c.created_at, _ROWS.c.seen_at, Account)
    .outerjoin_from(_ROWS, Account, Account.id == _ROWS.c.account_id)
    .where(
        _ROWS.c.id_hash == bindparam("number", type_=_ROWS.c.id_hash.type),
        _ROWS.c.expires_at > bindparam("moment", type_=_ROWS.c.expires_at.type),
    )
)
_SEEN = (
    update(_ROWS)
    .where(
        _ROWS.c.id_hash == bindparam("number", type_=_ROWS.c.id_hash.type),
        func.set_config("synchronous_commit", "off", True).is_not(None),
    )
    .values({c: bindparam(c.name, type_=c.type) for c in (_ROWS.c.seen_at, _ROWS.c.expires_at)})
)
_CHANGED = _SEEN.values(
    {c: bindparam(c.name, type_=c.type) for c in (_ROWS.c.account_id, _ROWS.c.sealed)}
)
"""Made once: every request of who has a session asks the first, and often one of the others."""


class ServerSessions(SessionInterface):
    """Reads and writes `LoginSession` rows; expired, forged and unknown numbers are no session."""

    def __init__(self, secret_key: str) -> None:
        key = hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"session").digest()
        self._box = SecretBox(key)

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        number = request.cookies.get(self.get_cookie_name(app))
        if number and not request.path.startswith(f"{app.static_url_path}/"):
            asked = {"number": hashed(number), "moment": now()}
            try:
                found = db.session.execute(_FOUND, asked).first()
            except SQLAlchemyError as fault:
                return _unread(number, fault)
            contents = self._unseal(found.sealed) if found else None
            if found and contents is not None:
                stored = _Stored(found.id_hash, found.created_at, found.seen_at, found.Account)
                return ServerSession(contents, number, stored)
        return ServerSession({}, secrets.token_urlsafe(32))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, ServerSession):
            raise TypeError("sessions are made by open_session")
        moment, stored = now(), session.stored
        seen_long_ago = stored is not None and moment - stored.seen_at > SEEN_EVERY
        if not (session.modified or seen_long_ago) or (not session and stored is None):
            return
        db.session.remove()  # the view has committed, or meant not to
        if stored is not None and session and not session.renewed:
            self._keep(session, stored, moment)
            return
        with Session(db.engine, join_transaction_mode="create_savepoint") as own, own.begin():
            replaced = self._replace(own, session, moment)
        if replaced:
            self._send_cookie(app, session, response)

    def _keep(self, session: ServerSession, stored: _Stored, moment: datetime) -> None:
        """Write what changed in a session that goes on, where it was not ended meanwhile.

        The answer does not wait until that is on disk: when the machine stops in that moment
        somebody misses a message. Who is logged in, and where, is always waited for.
        """
        said = {"number": stored.id_hash, **self._term(session, stored.created_at, moment)}
        if session.modified:  # else another request may have written the contents since
            said |= self._contents(session)
        with alone() as connection:
            connection.execute(_CHANGED if session.modified else _SEEN, said)

    def _replace(self, own: Session, session: ServerSession, moment: datetime) -> bool:
        """Write a session that begins, ends or gets another number; whether the browser must hear
        of it.

        One that was ended meanwhile, here or elsewhere, does not come back with somebody logged in
        to it.
        """
        stored = session.stored
        if stored is not None:
            there = own.execute(delete(LoginSession).where(_is(stored))).rowcount  # type: ignore[attr-defined]
            if not there and USER in session:
                return False
        if session:
            row = self._contents(session) | self._term(session, moment, moment)
            number = {"id_hash": hashed(session.number), "created_at": moment}
            own.execute(insert(LoginSession).values(**number, **row))
        return True

    def _contents(self, session: ServerSession) -> dict[str, Any]:
        who = int(session[USER]) if USER in session else None
        return {"account_id": who, "sealed": self.seal(dict(session))}

    def _term(self, session: ServerSession, created: datetime, moment: datetime) -> dict[str, Any]:
        limit = STAFF_LIMIT if session.get(STAFF_SESSION) else RESIDENT_LIMIT
        return {"seen_at": moment, "expires_at": min(moment + IDLE_LIMIT, created + limit)}

    def _send_cookie(self, app: Flask, session: ServerSession, response: Response) -> None:
        name = self.get_cookie_name(app)
        options = {"path": "/", "secure": self.get_cookie_secure(app), "samesite": "Lax"}
        response.vary.add("Cookie")
        if session:
            response.set_cookie(name, session.number, httponly=True, **options)  # type: ignore[arg-type]
        else:
            response.delete_cookie(name, httponly=True, **options)  # type: ignore[arg-type]

    def seal(self, contents: dict[str, Any]) -> bytes:
        """The contents as they are stored; how long that is does not tell how much they are."""
        plain = json.dumps(contents).encode()
        return bytes(self._box.encrypt(plain.ljust(-(-len(plain) // BLOCK) * BLOCK)))

    def _unseal(self, sealed: bytes) -> dict[str, Any] | None:
        try:
            contents = json.loads(self._box.decrypt(sealed))
        except CryptoError:
            return None  # sealed under another key: the same as no session
        return dict(contents)


def _is(stored: _Stored) -> ColumnElement[bool]:
    return LoginSession.id_hash == stored.id_hash


def end_sessions(account_id: int) -> int:
    """Log an account out everywhere. The caller commits."""
    gone = db.session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_expired(before: datetime) -> int:
    """Delete the sessions that ended before `before`. The caller commits."""
    gone = db.session.execute(delete(LoginSession).where(LoginSession.expires_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def hashed(number: str) -> bytes:
    """What the database keeps of the number in the cookie."""
    return hashlib.sha256(number.encode()).digest()
