"""Default deny: an endpoint answers only those whom its decorator names."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from participatie.core.errors import N_, NotAllowed
from participatie.core.kept_forms import keep_and_return

View = TypeVar("View", bound=Callable[..., object])

ANYONE = "anyone"
LOGGED_IN = "logged in"

NOT_OPEN = N_("This page is not open to you.")

_rules: dict[Callable[..., object], frozenset[str]] = {}
_sentences: dict[Callable[..., object], str] = {}


def only(*roles: str, otherwise: str = NOT_OPEN) -> Callable[[View], View]:
    """Let in who has one of `roles`; `otherwise` is the sentence for others who are logged in."""

    def decorate(view: View) -> View:
        _rules[view] = frozenset(roles)
        _sentences[view] = otherwise
        return view

    return decorate


def anyone(view: View) -> View:
    """Let everybody in, logged in or not."""
    return only(ANYONE)(view)


def logged_in(view: View) -> View:
    """Let in who is logged in, as whatever."""
    return only(LOGGED_IN)(view)


def rule_of(endpoint: str) -> frozenset[str] | None:
    """Whom an endpoint of the current app lets in; None when it does not say."""
    return _rules.get(current_app.view_functions[endpoint])


def init_app(app: Flask) -> None:
    """Check every request before its view runs."""
    anyone(app.view_functions["static"])
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # the 404 page follows
    rule = rule_of(request.endpoint)
    if rule is None:
        current_app.logger.error("endpoint %s states no access rule", request.endpoint)
        raise NotAllowed(NOT_OPEN)
    if ANYONE in rule or (current_user.is_authenticated and _has_role(rule)):
        return None
    if current_user.is_authenticated:
        raise NotAllowed(_sentences[current_app.view_functions[request.endpoint]])
    if request.method in {"GET", "HEAD"}:
        here = iri_to_uri(request.full_path.rstrip("?"))
        return redirect(url_for("identity.login", next=here), 303)
    returned = keep_and_return(for_anyone=False)
    if returned is None:
        raise NotAllowed(N_("You are no longer logged in. Log in and try again."))
    return returned


def _has_role(rule: frozenset[str]) -> bool:
    return LOGGED_IN in rule or not rule.isdisjoint(current_user.roles)
