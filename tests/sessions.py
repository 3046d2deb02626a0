"""Sessions for tests and benches, made in the database: the application has no back door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from participatie.identity.models import Account, LoginSession
from participatie.identity.sessions import ServerSessions, hashed
from participatie.identity.views import session_contents


def make_session(app: Flask, store: Session, account: Account, **contents: Any) -> str:
    """The number of a new session of `account`; the caller sends it as a cookie."""
    sessions = app.session_interface
    assert isinstance(sessions, ServerSessions)
    number = f"session of account {account.id} {datetime.now(UTC).timestamp()}"
    moment = datetime.now(UTC)
    store.add(
        LoginSession(
            id_hash=hashed(number),
            account_id=account.id,
            sealed=sessions.seal({**session_contents(account), **contents}),
            created_at=moment,
            seen_at=moment,
            expires_at=moment + timedelta(hours=1),
        )
    )
    store.commit()
    return number


def give_session(
    app: Flask, store: Session, client: FlaskClient, account: Account, **contents: Any
) -> None:
    """Log `client` in as `account`."""
    number = make_session(app, store, account, **contents)
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], number)
