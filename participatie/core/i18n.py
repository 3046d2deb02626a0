"""Languages: Dutch first, and complete."""

from pathlib import Path

from flask import Flask
from flask_babel import Babel

LANGUAGES = ("nl",)
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def init_app(app: Flask) -> None:
    """Speak Dutch, in the time of Amsterdam."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone="Europe/Amsterdam",
        locale_selector=lambda: LANGUAGES[0],
    )
