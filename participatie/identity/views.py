"""Logging in and out."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import LoginManager, current_user, logout_user

from participatie.config import Config
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import N_, NotFound
from participatie.identity import services
from participatie.identity.current import VOTE_PSEUDONYM
from participatie.identity.models import Account
from participatie.identity.providers import stub
from participatie.identity.providers.interface import Assertion, LoginRefused, Provider
from participatie.identity.pseudonyms import LocalPseudonyms, Purpose
from participatie.identity.rules import STAFF, Role
from participatie.identity.sessions import STAFF_SESSION, ServerSessions

bp = Blueprint("identity", __name__, template_folder="templates")

WAITING = "login"  # the log-in that this session has begun

login_manager = LoginManager()


def init_app(app: Flask, config: Config) -> None:
    """Sessions on the server, the providers of this installation, and the pages."""
    app.config["SESSION_COOKIE_NAME"] = "__Host-session" if config.is_https else "session"
    app.config["SESSION_COOKIE_SECURE"] = config.is_https
    app.session_interface = ServerSessions(config.secret_key)
    app.extensions["pseudonyms"] = LocalPseudonyms(config.keys_dir)
    login_manager.session_protection = None  # the session is on the server already
    login_manager.init_app(app)
    providers: dict[str, Provider] = {}
    if "stub" in config.login_providers:
        stub.init_app(app, config)
        providers["stub"] = stub.StubProvider()
    app.extensions["login_providers"] = providers
    app.register_blueprint(bp)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(account_id: str) -> Account | None:
    account = db.session.get(Account, int(account_id))
    return account if account is not None and account.is_active else None


@bp.get("/inloggen")
@anyone
def login() -> ResponseReturnValue:
    """Say why one logs in, and offer the ways."""
    target = inside(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    providers = current_app.extensions["login_providers"]
    return render_template("identity/login.html", providers=providers, next=target)


@bp.post("/inloggen/<provider>")
@anyone
def begin(provider: str) -> ResponseReturnValue:
    """Send the browser to a provider."""
    state = secrets.token_urlsafe(24)
    target = inside(request.form.get("next"))
    session[WAITING] = {"provider": provider, "state": state, "next": target}
    return redirect(_provider(provider).begin(state=state), 303)


@bp.get("/inloggen/<provider>/terug")
@anyone
def finish(provider: str) -> ResponseReturnValue:
    """Let in who comes back from a provider; an answer works once, in the session that asked."""
    waiting: dict[str, Any] = session.pop(WAITING, {})
    try:
        assertion = _answer(provider, waiting)
    except LoginRefused as refusal:
        flash(say(refusal), "error")
        return redirect(url_for(".login", next=waiting.get("next")), 303)
    pseudonyms = current_app.extensions["pseudonyms"]
    account = services.log_in(assertion, pseudonyms=pseudonyms, now=now())
    db.session.commit()
    start_session(account)
    if Role.RESIDENT in assertion.roles:
        session[VOTE_PSEUDONYM] = pseudonyms.pseudonym(Purpose.VOTE, assertion.bsn)
    return redirect(waiting["next"], 303)


@bp.post("/uitloggen")
@logged_in
def logout() -> ResponseReturnValue:
    """End the session, here and on the server."""
    logout_user()
    session.clear()
    flash(gettext("You are logged out."), "success")
    return redirect(url_for("pages.home"), 303)


def _answer(provider: str, waiting: dict[str, Any]) -> Assertion:
    """What the provider says, if this session asked it. Raises `LoginRefused`."""
    asked = waiting.get("provider") == provider
    if not asked or not secrets.compare_digest(waiting["state"], request.args.get("state", "")):
        raise LoginRefused(N_("The log-in took too long. Start again."))
    return _provider(provider).finish(request.args)


def start_session(account: Account) -> None:
    """Go on as `account`, in a session with a new number that keeps what was begun before."""
    session.renew()  # type: ignore[attr-defined]
    session.update(session_contents(account))


def session_contents(account: Account) -> dict[str, Any]:
    """What stands in the session of who is logged in as `account`."""
    return {
        "_user_id": account.get_id(),
        "_fresh": True,
        STAFF_SESSION: not STAFF.isdisjoint(account.roles),
    }


def inside(target: str | None) -> str:
    """`target` when it is a path of this site, else the home page: no way out to another one."""
    if target is None or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("pages.home")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(char) < 0x21 for char in target) or "\\" in target:
        return url_for("pages.home")
    return target


def _provider(name: str) -> Provider:
    providers: dict[str, Provider] = current_app.extensions["login_providers"]
    if name not in providers:
        raise NotFound
    return providers[name]
