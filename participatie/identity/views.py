"""Logging in and out, and one's own details."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
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
from flask_login import LoginManager, current_user
from werkzeug.exceptions import HTTPException

from participatie.config import BOX_SOCKET, Config, KeysWith
from participatie.core import outages
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.custody import Custody
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.kept_forms import leave_to
from participatie.core.limits import count_try, network
from participatie.core.patience import take_time
from participatie.identity import services
from participatie.identity.codes import Codes
from participatie.identity.current import FACTS, OWN_WORD, VOTE_PSEUDONYM, account, said
from participatie.identity.forms import AddressForm, NameForm
from participatie.identity.models import Account
from participatie.identity.providers import stub
from participatie.identity.providers.interface import (
    Assertion,
    LoginRefused,
    Provider,
    ProviderAway,
)
from participatie.identity.pseudonyms import LocalPseudonyms, Pseudonyms, Purpose, SealerPseudonyms
from participatie.identity.queries import good_code, open_sessions
from participatie.identity.rules import GUESSES, IDLE_LIMIT, LINKS, LOGINS, LinkPurpose, Role
from participatie.identity.sessions import (
    LETTER,
    STAFF_SESSION,
    USER,
    ServerSessions,
    end_sessions,
    refuse_unread,
)

bp = Blueprint("identity", __name__, template_folder="templates")

WAITING = "login"  # the log-in that this session has begun

login_manager = LoginManager()


def init_app(app: Flask, config: Config) -> None:
    """Sessions on the server, the providers of this installation, and the pages."""
    app.config["SESSION_COOKIE_NAME"] = "__Host-session" if config.is_https else "session"
    app.config["SESSION_COOKIE_SECURE"] = config.is_https
    app.session_interface = ServerSessions(config.secret_key)
    app.before_request_funcs.setdefault(None, []).insert(0, refuse_unread)
    app.extensions["pseudonyms"] = _pseudonyms(config)
    app.extensions["codes"] = Codes(config.secret_key)
    app.jinja_env.filters["code"] = app.extensions["codes"].code
    app.jinja_env.globals["session_term"] = int(IDLE_LIMIT.total_seconds())
    login_manager.session_protection = None  # the session is on the server already
    login_manager.init_app(app)
    providers: dict[str, Provider] = {}
    if "stub" in config.login_providers:
        stub.init_app(app, config)
        providers["stub"] = stub.StubProvider()
    app.extensions["login_providers"] = providers
    app.register_blueprint(bp)


@bp.before_app_request
def staff_take_time() -> None:
    """Let the pages of who works here ask more of the database than those of residents."""
    if session.get(STAFF_SESSION):
        take_time(db.session())


def _pseudonyms(config: Config) -> Pseudonyms:
    if config.keys is KeysWith.SEALER:
        return SealerPseudonyms(Custody(config.sockets_dir / BOX_SOCKET))
    return LocalPseudonyms(config.keys_dir)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(account_id: str) -> Account | None:
    found = db.session.get(Account, int(account_id))
    return found if found is not None and found.is_active else None


@bp.get("/inloggen")
@anyone
def login() -> ResponseReturnValue:
    """Say why one logs in, and offer the ways."""
    target = inside(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(f"{request.script_root}{target}", 303)
    providers = current_app.extensions["login_providers"]
    return render_template("identity/login.html", providers=providers, next=target)


@bp.post("/inloggen/<provider>")
@anyone
def begin(provider: str) -> ResponseReturnValue:
    """Send the browser to a provider."""
    away = _provider(provider)
    _count("login", network(), LOGINS)
    state = secrets.token_urlsafe(24)
    target = inside(request.form.get("next"))
    session[WAITING] = {"provider": provider, "state": state, "next": target}
    return redirect(away.begin(state=state), 303)


@bp.get("/inloggen/<provider>/terug")
@anyone
def finish(provider: str) -> ResponseReturnValue:
    """Let in who comes back from a provider; an answer works once, in the session that asked."""
    waiting: dict[str, Any] = session.get(WAITING, {})
    pseudonyms = current_app.extensions["pseudonyms"]
    try:
        assertion = _answer(provider, waiting)
        person = services.log_in(assertion, pseudonyms=pseudonyms, now=now())
    except LoginRefused as refusal:
        if isinstance(refusal, ProviderAway):
            outages.failed(outages.System.LOG_IN, now())
            db.session.commit()
        flash(say(refusal), "error")
        return redirect(url_for(".login", next=waiting.get("next")), 303)
    outages.worked(outages.System.LOG_IN)
    db.session.commit()
    start_session(person)
    session[FACTS] = said(assertion.facts)
    if Role.RESIDENT in assertion.roles:
        session[VOTE_PSEUDONYM] = pseudonyms.pseudonym(Purpose.VOTE, assertion.bsn)
    return redirect(f"{request.script_root}{waiting['next']}", 303)


@bp.get("/inloggen/blijven")
@logged_in
def stay() -> ResponseReturnValue:
    """Let the session go on: every request does, this one shows nothing."""
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/uitloggen")
@logged_in
def logout() -> ResponseReturnValue:
    """End the session, here and on the server."""
    _end_session()
    flash(gettext("You are logged out."), "success")
    return redirect(url_for("pages.home"), 303)


@bp.route("/inloggen/medewerker", methods=["GET", "POST"])
@anyone
def staff() -> ResponseReturnValue:
    """Mail a link to a member of staff; the answer is the same for any address."""
    form = AddressForm()
    if form.validate_on_submit():
        address = form.email.data or ""
        _count("links", network(), GUESSES)
        _count("link", address.lower(), LINKS)
        try:
            services.mail_login_link(address, codes=_codes(), now=now())
        except Invalid as error:
            form.refuse(error)
        else:
            db.session.commit()
            return render_template("identity/link_sent.html", address=address)
    return render_template("identity/staff.html", form=form), 422 if form.errors else 200


@bp.route("/inloggen/medewerker/<code>", methods=["GET", "POST"])
@anyone
def staff_link(code: str) -> ResponseReturnValue:
    """Log in by a mailed link: a button, because programs that read mail follow links."""
    _count("code", network(), GUESSES)
    try:
        if request.method == "GET":
            found = _good_code(code, LinkPurpose.LOG_IN)
            return render_template("identity/staff_link.html", code=code, address=found.email)
        person = services.log_in_by_link(code, now=now())
    except NotFound as error:
        flash(say(error), "error")
        return redirect(url_for(".staff"), 303)
    db.session.commit()
    start_session(person)
    return redirect(url_for("pages.home"), 303)


@bp.get("/mijn/gegevens")
@logged_in
def details() -> ResponseReturnValue:
    """Show what we keep about somebody, why and how long."""
    places = db.session.scalars(open_sessions(account().id, now())).one()
    return render_template("identity/details.html", account=account(), places=places)


@bp.route("/mijn/gegevens/naam", methods=["GET", "POST"])
@logged_in
def name() -> ResponseReturnValue:
    """Choose the name that others see."""
    form = NameForm(public_name=account().public_name)
    if form.validate_on_submit():
        try:
            services.rename(account(), form.public_name.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            db.session.commit()
            flash(gettext("Your name is saved."), "success")
            return redirect(url_for(".details"), 303)
    return render_template("identity/name.html", form=form), 422 if form.errors else 200


@bp.route("/mijn/gegevens/mailadres", methods=["GET", "POST"])
@logged_in
def address() -> ResponseReturnValue:
    """Ask for a mail address, and mail a link to it."""
    form = AddressForm(email=account().email)
    if form.validate_on_submit():
        _count("confirm", account().id, LINKS)
        try:
            asked = services.ask_to_confirm(
                account(), form.email.data or "", codes=_codes(), now=now()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            db.session.commit()
            return render_template("identity/confirm_sent.html", address=asked)
    page = render_template("identity/address.html", form=form, account=account())
    return page, 422 if form.errors else 200


@bp.post("/mijn/gegevens/mailadres/weg")
@logged_in
def forget_address() -> ResponseReturnValue:
    """Get no more mail."""
    services.forget_address(account())
    db.session.commit()
    flash(gettext("Your mail address is gone. You get no more mail from us."), "success")
    return redirect(url_for(".details"), 303)


@bp.route("/mijn/gegevens/mailadres/<code>", methods=["GET", "POST"])
@anyone
def confirm_address(code: str) -> ResponseReturnValue:
    """Confirm a mail address by a mailed link, on any device, with one button."""
    _count("code", network(), GUESSES)
    try:
        if request.method == "GET":
            found = _good_code(code, LinkPurpose.CONFIRM)
            return render_template("identity/confirm.html", code=code, address=found.email)
        services.confirm_address(code, now=now())
    except (NotFound, Conflict) as error:
        flash(say(error), "error")
        return redirect(url_for(".address"), 303)
    db.session.commit()
    flash(gettext("Your mail address is confirmed."), "success")
    return redirect(url_for("pages.home"), 303)


@bp.post("/mijn/gegevens/overal-uitloggen")
@logged_in
def log_out_everywhere() -> ResponseReturnValue:
    """End all sessions of this account, this one too."""
    end_sessions(account().id)
    db.session.commit()
    _end_session()
    flash(gettext("You are logged out everywhere."), "success")
    return redirect(url_for("pages.home"), 303)


def start_session(person: Account) -> None:
    """Go on as `person`, in a session with a new number.

    What a visitor had begun stays; what somebody else left in this browser does not.
    """
    if LETTER in session or session.get(USER, person.get_id()) != person.get_id():
        session.clear()
    leave_to(person.id)
    for left in (WAITING, VOTE_PSEUDONYM, FACTS, OWN_WORD, "csrf_token"):
        session.pop(left, None)
    session.renew()  # type: ignore[attr-defined]
    session.update(session_contents(person))


def session_contents(person: Account) -> dict[str, Any]:
    """What stands in the session of who is logged in as `person`."""
    return {
        USER: person.get_id(),
        "_fresh": True,
        STAFF_SESSION: person.is_staff,
    }


def inside(target: str | None) -> str:
    """`target` when it is the path of a page of this site, else the home page; without a language.

    So nobody is led to another site by a link to our log-in page.
    """
    home = "/"
    if target is None or not target.startswith("/") or target.startswith(("//", "/\\")):
        return home
    if "\\" in target or any(ord(char) < 0x21 or ord(char) == 0x7F for char in target):
        return home
    target = target.removeprefix(request.script_root)
    try:
        path = unquote(urlsplit(target).path, errors="strict")
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, ValueError):
        return home
    return target


def _answer(provider: str, waiting: dict[str, Any]) -> Assertion:
    """What the provider says, if this session asked it. Raises `LoginRefused`."""
    asked, state = waiting.get("provider"), request.args.get("state", "")
    if asked != provider or not secrets.compare_digest(waiting["state"].encode(), state.encode()):
        raise LoginRefused(N_("The log-in took too long. Start again."))
    del session[WAITING]
    return _provider(provider).finish(request.args)


def _end_session() -> None:
    session.clear()
    session.renew()  # type: ignore[attr-defined]


def _good_code(code: str, purpose: LinkPurpose) -> Any:
    found = db.session.scalars(good_code(code, purpose, now())).one_or_none()
    if found is None:
        raise NotFound(N_("This link does not work any more. Ask for a new one."))
    return found


def _count(what: str, whom: object, limit: tuple[int, timedelta]) -> None:
    most, window = limit
    count_try(f"{what}:{whom}", most=most, window=window, now=now())


def _codes() -> Codes:
    codes: Codes = current_app.extensions["codes"]
    return codes


def _provider(name: str) -> Provider:
    providers: dict[str, Provider] = current_app.extensions["login_providers"]
    if name not in providers:
        raise NotFound
    return providers[name]
