"""The themes of this installation, and the one that is on.

Every process reads the choice of the database once for each page that it makes for somebody, and
once for each content version for everybody else; the choice raises that version, so a switch is
seen by all of them at once.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock

from flask import current_app, g, has_app_context, has_request_context
from jinja2 import BaseLoader, Environment

from participatie.core.db import db
from participatie.core.page_cache import know_version, shared
from participatie.theming import queries
from participatie.theming.palette import Paint, paint
from participatie.theming.site import Furniture, Site, make_site, unfurnished
from participatie.theming.theme import DEFAULT, SHIPPED, Theme, read_archive, themes_in

MOST_UPLOADED = 20

log = logging.getLogger(__name__)


class Themes:
    """What is on disk is read at the start; what was uploaded when it is first asked for."""

    def __init__(
        self,
        mounted: Path | None,
        *,
        address: str,
        base_url: str,
        test_login: bool,
        furniture: Callable[[str], Furniture] = unfurnished,
    ) -> None:
        own = themes_in(mounted) if mounted else {}
        self.on_disk = themes_in(SHIPPED) | own
        self.default = self.on_disk[next(iter(own)) if len(own) == 1 else DEFAULT]
        self._make_site = partial(
            make_site,
            address=address,
            base_url=base_url,
            test_login=test_login,
            furniture=furniture,
        )
        self._uploaded: OrderedDict[str, Theme] = OrderedDict()
        self._lock = Lock()
        self._last = self.default
        self._made: dict[str, Site] = {}
        self._painted: dict[str, Paint] = {}

    def chosen(self) -> Theme:
        """The theme that is on; that of the host when nothing was chosen, or when it is gone."""
        row = shared("theme", lambda: db.session.execute(queries.chosen()).one())
        version, name, digest = row
        know_version(version)
        if name is None:
            return self.default
        theme = self.with_digest(digest) if digest else self.on_disk.get(name)
        if theme is None:
            log.error("the theme %s is chosen but is not there; %s is on", name, self.default.name)
        return theme or self.default

    def with_digest(self, digest: str) -> Theme | None:
        """The theme of which the files are served under `digest`."""
        for theme in self.on_disk.values():
            if theme.digest == digest:
                return theme
        with self._lock:
            known = self._uploaded.get(digest)
        if known is not None:
            return known
        row = db.session.execute(queries.archive(digest)).one_or_none()
        return self._keep(read_archive(*row)) if row else None

    def all(self) -> list[Theme]:
        """Every theme, by name; those on disk first."""
        uploads = [self.with_digest(digest) for _, digest in db.session.execute(queries.uploaded())]
        on_disk = sorted(self.on_disk.values(), key=lambda theme: theme.name)
        return on_disk + [theme for theme in uploads if theme]

    def named(self, name: str) -> Theme | None:
        """The theme with this name."""
        return next((theme for theme in self.all() if theme.name == name), None)

    def of_this_page(self) -> Theme:
        """The theme of the page that is being made; outside a page the last that was on."""
        return g.get("theme", self._last) if has_app_context() else self._last

    def try_on(self, theme: Theme) -> None:
        """Let this one page wear `theme`."""
        g.theme = theme

    def settle(self) -> None:
        """Ask once, for this page, which theme is on. A page of trial has said so already."""
        if "theme" not in g:
            g.theme = self._last = self.chosen()

    def site(self) -> Site:
        """The site under the theme of this page."""
        theme = self.of_this_page()
        if theme.digest not in self._made:
            self._made[theme.digest] = self._make_site(theme)
        return self._made[theme.digest]

    def paint(self) -> Paint:
        """The look of the theme of this page, for what reads no style sheet: a mail."""
        theme = self.of_this_page()
        if theme.digest not in self._painted:
            self._painted[theme.digest] = paint(theme)
        return self._painted[theme.digest]

    def _keep(self, theme: Theme) -> Theme:
        with self._lock:
            self._uploaded[theme.digest] = theme
            while len(self._uploaded) > MOST_UPLOADED:
                self._uploaded.popitem(last=False)
        return theme


def themes() -> Themes:
    """The themes of the running application."""
    found: Themes = current_app.extensions["themes"]
    return found


class Overlay(BaseLoader):
    """Finds a template in the theme that is on; `original/…` is always that of the program."""

    def __init__(self, themes: Themes, program: BaseLoader) -> None:
        self._themes = themes
        self._program = program

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of `template`, and whether it is still that of the theme that is on."""
        if template.startswith("original/"):
            return self._program.get_source(environment, template.removeprefix("original/"))
        if has_app_context() and not has_request_context():
            self._themes.settle()  # a mail
        theme = self._themes.of_this_page()
        own = theme.templates / template if theme.templates else None
        if own is None or ".." in template or not own.is_file():
            source, file, _ = self._program.get_source(environment, template)
        else:
            source, file = own.read_text(encoding="utf-8"), str(own)
        return source, file, lambda: self._themes.of_this_page().templates == theme.templates

    def list_templates(self) -> list[str]:
        """What the program has."""
        return self._program.list_templates()
