"""Languages: Dutch first, and complete; others under an address of their own, like /en.

The language is the first part of the address. So a page has one language, may be sent to somebody,
is kept in the cache for each language, and needs no cookie.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from babel.support import Translations
from flask import Flask
from flask_babel import Babel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT_LANGUAGE = "nl"
NAMES = {DEFAULT_LANGUAGE: "Nederlands", "en": "English"}
"""The languages of the pages, each by its own name."""
LANGUAGES = tuple(NAMES)
LOCALES = {DEFAULT_LANGUAGE: "nl", "en": "en_GB"}
"""How each language writes days and numbers."""
TRANSLATIONS = Path(__file__).parent.parent / "translations"

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def init_app(app: Flask) -> None:
    """Speak the language of the address, in the time of Amsterdam."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Europe/Amsterdam",
        locale_selector=language,
    )
    _install_texts(app)


def language() -> str:
    """The language of this page."""
    return _spoken.get()


def locale() -> str:
    """How this page writes days and numbers."""
    return LOCALES[_spoken.get()]


def speak_by_address(app: Flask) -> None:
    """Take the language off the address, in front of all that looks at one."""
    app.wsgi_app = _Front(app.wsgi_app)  # type: ignore[method-assign]


class _Front:
    """`/en/contact` is the page `/contact` of an application that stands under `/en`."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        _, first, *_rest = f"{environ.get('PATH_INFO', '')}/".split("/", 2)
        spoken = first if first in NAMES else DEFAULT_LANGUAGE
        if spoken != DEFAULT_LANGUAGE:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{first}") or "/"
        before = _spoken.set(spoken)
        try:
            return self._inner(environ, start_response)
        finally:
            _spoken.reset(before)


def _install_texts(app: Flask) -> None:
    """Give templates the catalogues directly: a page asks for some hundred texts."""
    texts = {name: Translations.load(str(TRANSLATIONS), [name]) for name in LANGUAGES}

    def one(text: str) -> str:
        return str(texts[language()].ugettext(text))

    def some(single: str, plural: str, number: int) -> str:
        return str(texts[language()].ungettext(single, plural, number))

    app.jinja_env.install_gettext_callables(one, some, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = app.jinja_env.globals[
        "gettext"
    ]  # not by way of a look-up each time
