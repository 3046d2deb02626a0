"""What every template stands on: the site, the bundled files, and filters for people."""

from flask import Flask, Response, request

from participatie.config import Config, ConfigError
from participatie.theming import templating
from participatie.theming.assets import AssetsMissingError, read_assets
from participatie.theming.site import read_site

DIST = "dist/"
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask, config: Config) -> None:
    """Give the templates `site`, `asset` and the filters. Raises `ConfigError`."""
    try:
        assets = read_assets(f"{app.static_url_path}/{DIST}")
    except AssetsMissingError as error:
        raise ConfigError(f"The pages cannot be shown: {error}.") from None
    site = read_site(
        config.theme_dir, base_url=config.base_url, test_login="stub" in config.login_providers
    )
    app.extensions["site"] = site
    app.jinja_env.globals["site"] = site
    templating.install(app.jinja_env, assets=assets)
    app.after_request(_keep_bundled_files)


def _keep_bundled_files(response: Response) -> Response:
    """A bundled file has a hash of its contents in its name: it never changes."""
    name = (request.view_args or {}).get("filename", "")
    if request.endpoint == "static" and name.startswith(DIST) and response.status_code < 400:
        response.headers["Cache-Control"] = FOR_EVER
    return response
