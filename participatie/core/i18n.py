"""Languages: Dutch first, and complete."""

from pathlib import Path

from babel.support import Translations
from flask import Flask
from flask_babel import Babel

DEFAULT_LANGUAGE = "nl"
NAMES = {DEFAULT_LANGUAGE: "Nederlands"}
"""The languages of the pages, each by its own name."""
LANGUAGES = tuple(NAMES)
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def init_app(app: Flask) -> None:
    """Speak Dutch, in the time of Amsterdam."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone="Europe/Amsterdam",
        locale_selector=_language,
    )
    _install_texts(app)


def _language() -> str:
    """The language of this page."""
    return LANGUAGES[0]


def _install_texts(app: Flask) -> None:
    """Give templates the catalogues directly: a page asks for some hundred texts."""
    texts = {name: Translations.load(str(TRANSLATIONS), [name]) for name in LANGUAGES}

    def one(text: str) -> str:
        return texts[_language()].ugettext(text)

    def some(single: str, plural: str, number: int) -> str:
        return texts[_language()].ungettext(single, plural, number)

    app.jinja_env.install_gettext_callables(one, some, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = app.jinja_env.globals[
        "gettext"
    ]  # not by way of a look-up each time
