"""Pictures of pages in a theme, for who has to say whether it is beautiful; Chromium takes them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from participatie.theming.palette import paint
from participatie.theming.styleguide.rendering import Site, write
from participatie.theming.theme import TOKENS, Theme

PAGES = ("parts", "forms", "home", "proposal", "ballot", "result", "mail")
WIDTHS = (360, 1280)
HEIGHT = 2400
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60
FOLDER = "theme"


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


class NoPictureError(Exception):
    """Chromium ran, and left no picture; the message is what it said."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads which files were asked for."""


def take(theme: Theme, directory: Path) -> list[Path]:
    """A picture of each page at each width, in `directory`. Raises `NoBrowserError` and
    `NoPictureError`."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise NoBrowserError
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _dress(theme, Path(folder))
        with _served(Path(folder)) as address:
            return [
                _picture(browser, f"{address}/{page}.html", width, directory)
                for page in PAGES
                for width in WIDTHS
            ]


def _dress(theme: Theme, folder: Path) -> None:
    for name, content in theme.files.items():
        place = folder / FOLDER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def address(name: str) -> str:
        return f"{FOLDER}/{name}" if name in theme.files else ""

    site = Site(
        name=str(theme.words["name"]),
        municipality=str(theme.words["municipality"]),
        logo_url=address(theme.picture("logo")),
        favicon_url=address(theme.picture("favicon")),
        css_url=address(TOKENS),
        css_class=theme.css_class,
        has_dark=False,
    )
    write(folder, site, paint(theme))


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address at which a browser on this machine finds the folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _picture(browser: str, address: str, width: int, directory: Path) -> Path:
    place = directory / f"{Path(address).stem}-{width}.png"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    done = subprocess.run(  # noqa: S603 the browser of this machine
        [
            browser,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            *as_root,
            f"--window-size={width},{HEIGHT}",
            f"--screenshot={place.resolve()}",
            address,
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if not place.exists():  # it leaves with 0 all the same
        raise NoPictureError(done.stderr[-500:])
    return place
