"""Numbers in addresses: no larger than the database can hold. And addresses in pages."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, has_request_context, request
from werkzeug.routing import IntegerConverter

LARGEST = 2**63 - 1
MOST_REMEMBERED = 4096


class Number(IntegerConverter):
    """`<int:…>` in an address; what no row can have as its number is a page that is not there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **options})


def init_app(app: Flask) -> None:
    """Read numbers so in every address that is registered from now on.

    Templates find the address of a page in `url_for`, as ever; it is made once for each.
    """
    app.url_map.converters["int"] = Number
    app.extensions["address_of"] = app.jinja_env.globals["url_for"] = _remembering(app)


def url_for(endpoint: str, **values: Any) -> str:
    """The address of a page, as a template finds it."""
    remembered: Callable[..., str] = current_app.extensions["address_of"]
    return remembered(endpoint, **values)


def _remembering(app: Flask) -> Any:
    """An address within the site follows from its parts and from the language in front of it."""

    @lru_cache(maxsize=MOST_REMEMBERED)
    def made(_root: str, endpoint: str, *parts: tuple[str, type, Any]) -> str:
        return app.url_for(endpoint, **{name: value for name, _, value in parts})

    def url_for(endpoint: str, **values: Any) -> str:
        if "_external" in values or not has_request_context():
            return app.url_for(endpoint, **values)
        here = request._get_current_object()  # type: ignore[attr-defined]
        if endpoint[0] == ".":
            around = here.blueprint
            endpoint = f"{around}{endpoint}" if around else endpoint[1:]
        parts = [(name, type(value), value) for name, value in values.items()]
        return made(here.root_path, endpoint, *parts)

    return url_for
