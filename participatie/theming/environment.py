"""What every template stands on: the site, its theme, bundled files, filters for people."""

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.local import LocalProxy

from participatie.config import Config, ConfigError
from participatie.core import i18n
from participatie.theming import templating
from participatie.theming.assets import AssetsMissingError, read_assets
from participatie.theming.site import Furniture, unfurnished
from participatie.theming.themes import Overlay, Themes, themes

DIST = "dist/"
THEME_FILES = "/thema"
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(
    app: Flask, config: Config, *, furniture: Callable[[str], Furniture] = unfurnished
) -> None:
    """Give the templates `site`, `asset` and the filters. Raises `ConfigError`.

    `furniture(language)` is what stands round the pages, beside what the theme brings.
    """
    try:
        assets = read_assets(f"{app.static_url_path}/{DIST}")
    except AssetsMissingError as error:
        raise ConfigError(f"The pages cannot be shown: {error}.") from None
    own = Themes(
        config.theme_dir,
        address=THEME_FILES,
        base_url=config.base_url,
        test_login="stub" in config.login_providers,
        furniture=furniture,
    )
    app.extensions["themes"] = own
    app.jinja_env.globals["site"] = LocalProxy(own.site)
    texts: i18n.Texts = app.extensions["texts"]
    templating.install(
        app.jinja_env,
        assets=assets,
        locale=i18n.locale,
        spoken=texts.spoken,
    )
    if any(theme.templates for theme in own.on_disk.values()) and app.jinja_env.loader:
        app.jinja_env.loader = Overlay(own, app.jinja_env.loader)
        app.jinja_env.auto_reload = True  # a template belongs to the theme that is on
        app.before_request(_settle_before_templates)
    app.context_processor(_settle)
    app.after_request(_keep_bundled_files)


def _settle() -> dict[str, object]:
    """A page asks which theme is on when its context is made, and gets the site itself: a page
    looks at it some hundred times."""
    own = themes()
    own.settle()
    return {"site": own.site()}


def _settle_before_templates() -> None:
    """A template is looked up before its context is made, so the theme must be known by then."""
    if request.endpoint not in {"static", "theming.file", "pages.health"}:
        themes().settle()


def _keep_bundled_files(response: Response) -> Response:
    """A bundled file has a hash of its contents in its name: it never changes."""
    name = (request.view_args or {}).get("filename", "")
    if request.endpoint == "static" and name.startswith(DIST) and response.status_code < 400:
        response.headers["Cache-Control"] = FOR_EVER
    return response
