"""The drawn map below the points: whose it is, and where the pieces of it come from."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app

from participatie.config import Config
from participatie.core.headers import policy


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the pieces of a map come from; `{z}`, `{x}` and `{y}` name one of them."""

    url: str
    attribution: str

    @property
    def origin(self) -> str:
        """The server that a browser asks for them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def tiles_of(config: Config) -> Tiles | None:
    """The map of this installation; None when it shows its own drawing only."""
    if config.map_tiles_url is None:
        return None
    return Tiles(config.map_tiles_url, config.map_attribution)


def tiles() -> Tiles | None:
    """The map of this site."""
    return tiles_of(current_app.extensions["config"])


def with_map(response: Response) -> Response:
    """Let this page, and no other, show pieces of the map."""
    own = tiles()
    if own is not None:
        response.headers["Content-Security-Policy"] = policy(images_from=own.origin)
    return response
