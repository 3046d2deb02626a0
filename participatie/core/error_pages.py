"""Errors as pages: one template, one sentence for the resident, one line in the log."""

from collections.abc import Callable
from secrets import token_hex
from typing import TypeVar

from flask import Flask, current_app, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from participatie.core.access import ANYONE, rule_of
from participatie.core.db import db
from participatie.core.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    Invalid,
    NotAllowed,
    NotFound,
    TooMany,
    Unavailable,
)
from participatie.core.i18n import locale
from participatie.core.kept_forms import keep_and_return, typed_texts
from participatie.core.money import in_words_of
from participatie.core.refusals import is_too_late

View = TypeVar("View", bound=Callable[..., object])

RETRY_AFTER = "10"

_templates_when_away: dict[Callable[..., object], str] = {}

STATUS: dict[type[DomainError], int] = {
    DomainError: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    IllegalTransition: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}


def say(error: DomainError) -> str:
    """The sentence of `error` in the language of the page."""
    return str(gettext(error.sentence, **in_words_of(error.values, locale())))


def init_app(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(StaleDataError, _too_late)
    app.register_error_handler(NoConnectionFree, _no_connection)
    app.register_error_handler(Exception, _fault)


def when_away(template: str) -> Callable[[View], View]:
    """Answer with a page of its own when the database falls silent under this view.

    For what may have arrived all the same. The template gets the form that was sent, and the parts
    of the address; it asks nothing of the database.
    """

    def decorate(view: View) -> View:
        _templates_when_away[view] = template
        return view

    return decorate


def status_of(error: DomainError) -> int:
    """The HTTP status of `error`: that of its class, else of the nearest class it descends from."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _domain_error(error: DomainError) -> Response:
    return _page(status_of(error), say(error))


def _form_too_old(_error: CSRFError) -> Response:
    rule = rule_of(request.endpoint) if request.endpoint else None
    returned = keep_and_return(for_anyone=rule is not None and ANYONE in rule)
    return returned or _page(
        400, gettext("This form was open for too long. Go back, and send it once more.")
    )


def _http_error(error: HTTPException) -> Response:
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, DBAPIError):  # raised outside a view: while the session was opened or kept
        return _database_error(cause)
    if isinstance(error, SecurityError):  # an unknown host: no address can be made for a page
        return Response(gettext("This site does not go by that name."), 400, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return error.get_response()
    response = _page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _too_late(error: Exception) -> Response:
    """Somebody else was first; or it is a fault of ours, so it stands in the log."""
    return _page(409, reference=_logged(error))


def _database_error(error: DBAPIError) -> Response:
    if is_too_late(error):
        return _too_late(error)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        current_app.logger.error("the database does not answer: %s", type(error.orig).__name__)
        return _away()
    if isinstance(error, DataError):  # a number or a character that no column can hold
        current_app.logger.error("%s %s: %s", request.method, request.endpoint, error.orig)
        return _page(400)
    return _fault(error)


def _no_connection(_error: NoConnectionFree) -> Response:
    current_app.logger.error("no connection to the database came free in time")
    return _away()


def _away() -> Response:
    """The database did not answer: what was asked may have happened, or happen yet."""
    view = current_app.view_functions.get(request.endpoint or "")
    template = _templates_when_away.get(view) if view else None
    if template is None:
        return _page(503)
    db.session.rollback()
    page = current_app.jinja_env.get_template(template)
    return _retry(page.render(form=request.form, place=request.view_args, path=request.path))


def _retry(body: str) -> Response:
    return Response(body, 503, {"Retry-After": RETRY_AFTER}, mimetype="text/html")


def _fault(error: Exception) -> Response:
    return _page(500, reference=_logged(error))


def _logged(error: Exception) -> str:
    """The code under which the error stands in the log from now on."""
    reference = token_hex(3)
    what = f"{request.method} {request.endpoint}"
    current_app.logger.error("%s failed, code %s", what, reference, exc_info=error)
    return reference


def _page(status: int, message: str = "", *, reference: str = "") -> Response:
    """The page of an error, with what was typed: it is not lost.

    From 500 on it asks nothing of the database, which may be broken.
    """
    db.session.rollback()
    said = {
        "status": status,
        "message": message,
        "reference": reference,
        "is_sent": request.method == "POST",
        "typed": typed_texts(),
    }
    if status < 500:
        body = render_template("errors/error.html", **said)
    else:  # without the context processors: one of them loads who is logged in
        body = current_app.jinja_env.get_template("errors/error.html").render(**said)
    return _retry(body) if status == 503 else Response(body, status, mimetype="text/html")
