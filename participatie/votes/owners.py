"""Whose half-made ballot a request works on, and the receipt that it may show."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from flask import current_app, session
from flask_login import current_user

from participatie.votes.rules.drafts import ACCOUNT, VISITOR

_SESSION = "draft_owner"


def owner() -> bytes:
    """Who keeps a draft: the account that is logged in, else this session."""
    if current_user.is_authenticated:
        return of_account(current_user.id)
    if _SESSION not in session:
        session[_SESSION] = secrets.token_urlsafe(16)
    return _visitor(session[_SESSION])


def of_account(account_id: int) -> bytes:
    """Who keeps the drafts of an account, in whatever session."""
    return ACCOUNT + _keyed(f"account|{account_id}")


def visitor_before() -> bytes | None:
    """Who kept a draft in this session before logging in; None when nobody did."""
    token = session.get(_SESSION) if current_user.is_authenticated else None
    return None if token is None else _visitor(token)


def order_of(round_id: int) -> str:
    """What the order of options follows from: another for each voter, the same each time."""
    return _keyed(f"order|{round_id}|{owner().hex()}").hex()


def remember_cast(round_id: int, press: UUID, at: datetime) -> None:
    """Let this session show the receipt of a press until it ends."""
    session[f"cast/{round_id}"] = {"press": str(press), "at": at.isoformat()}


def last_cast(round_id: int) -> tuple[UUID, datetime] | None:
    """The press that this session has cast with, and when; None when it has not."""
    cast = session.get(f"cast/{round_id}")
    return None if cast is None else (UUID(cast["press"]), datetime.fromisoformat(cast["at"]))


def _visitor(token: str) -> bytes:
    return VISITOR + _keyed(f"visitor|{token}")


def _keyed(text: str) -> bytes:
    key = hashlib.sha256(str(current_app.secret_key).encode()).digest()
    return hashlib.blake2b(text.encode(), key=key, person=b"vote draft", digest_size=24).digest()
