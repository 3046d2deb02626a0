"""Errors as pages: one template, one sentence for the resident, one line in the log."""

from flask import Flask, current_app, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

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

STATUS: dict[type[DomainError], int] = {
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
    return str(gettext(error.sentence, **error.values))


def init_app(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _fault)


def _page(status: int, sentence: str | None = None) -> Response:
    db.session.rollback()
    body = render_template("errors/error.html", status=status, message=sentence)
    response = Response(body, status, mimetype="text/html")
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _domain_error(error: DomainError) -> Response:
    return _page(STATUS[type(error)], say(error))


def _form_too_old(_error: CSRFError) -> Response:
    return _page(400, gettext("This form was open for too long. Go back, and send it once more."))


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    response = _page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: DBAPIError) -> Response:
    if isinstance(error, OperationalError) or error.connection_invalidated:
        current_app.logger.error("the database does not answer: %s", type(error.orig).__name__)
        return _broken(503)
    return _fault(error)


def _fault(error: Exception) -> Response:
    current_app.logger.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    return _broken(500)


def _broken(status: int) -> Response:
    """A page that asks nothing of the database, which may be what is broken."""
    body = render_template("errors/error.html", status=status)
    headers = {"Retry-After": "10"} if status == 503 else {}
    return Response(body, status, headers, mimetype="text/html")
