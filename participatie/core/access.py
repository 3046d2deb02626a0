"""Default deny: an endpoint answers only those whom its decorator names."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
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
_of_teams: set[Callable[..., object]] = set()


class Door(Protocol):
    """What somebody may on a page: in the process that its address leads to, and in any."""

    def here(self, account: Any, values: Mapping[str, Any], /) -> AbstractSet[str]: ...
    def in_teams(self, account: Any, /) -> AbstractSet[str]: ...


def only(*roles: str, otherwise: str = NOT_OPEN, of_teams: bool = False) -> Callable[[View], View]:
    """Let in who has one of `roles`; `otherwise` is the sentence for others who are logged in.

    With `of_teams` who has one of them in some team is let in too: the page is a list, and shows
    of each process only what its reader may see.
    """

    def decorate(view: View) -> View:
        _rules[view] = frozenset(roles)
        _sentences[view] = otherwise
        if of_teams:
            _of_teams.add(view)
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


def is_list_of_teams(endpoint: str) -> bool:
    """Whether an endpoint of the current app lets in who is in some team."""
    return current_app.view_functions[endpoint] in _of_teams


def init_app(app: Flask, door: Door) -> None:
    """Check every request before its view runs; `door` knows what somebody may where."""
    anyone(app.view_functions["static"])
    app.extensions["door"] = door
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


def roles_here() -> AbstractSet[str]:
    """What who is logged in may on this page; asked once a request."""
    account = current_user._get_current_object()
    if g.get("roles_here", (None,))[0] != account.id:
        g.roles_here = (account.id, _door().here(account, request.view_args or {}))
    roles: AbstractSet[str] = g.roles_here[1]
    return roles


def roles_in_teams() -> AbstractSet[str]:
    """What who is logged in may in one process or another, by its team."""
    return _door().in_teams(current_user)


def _has_role(rule: frozenset[str]) -> bool:
    if LOGGED_IN in rule or not rule.isdisjoint(roles_here()):
        return True
    view = current_app.view_functions[request.endpoint or ""]
    return view in _of_teams and not rule.isdisjoint(roles_in_teams())


def _door() -> Door:
    door: Door = current_app.extensions["door"]
    return door
