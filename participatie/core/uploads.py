"""How much may be sent to an endpoint: little, unless it takes files and one is logged in."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., object])

_most: dict[Callable[..., object], int] = {}


def takes_files(most: int) -> Callable[[View], View]:
    """Let who is logged in send at most `most` bytes to this view, files included."""

    def decorate(view: View) -> View:
        _most[view] = most
        return view

    return decorate


def init_app(app: Flask) -> None:
    """Decide before anything reads the form; so this comes before the check of its token."""
    app.before_request(_allow_files)


def _allow_files() -> None:
    most = _most.get(current_app.view_functions.get(request.endpoint or "", _nothing))
    if most is not None and current_user.is_authenticated:
        request.max_content_length = most


def _nothing() -> None:
    """What an address without an endpoint stands for."""
