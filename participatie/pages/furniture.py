"""What stands round every page: the menus, banners and languages of the municipality.

It is read once for each version of what is public, and kept in the process.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext

from participatie.areas.queries import names
from participatie.core.db import db
from participatie.core.i18n import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    ROAD_NAMES,
    Changes,
    Offered,
    direction,
    said_instead,
    speaking,
    tried,
)
from participatie.core.page_cache import shared
from participatie.pages import languages, queries
from participatie.pages.rules import Band, Menu
from participatie.theming.site import Furniture, Link, Notice, Told
from participatie.theming.themes import themes


@dataclass(frozen=True, slots=True)
class Kept:
    """What was set up for the whole site, and the number and name of each area."""

    menus: dict[tuple[str, Menu], tuple[Link, ...]]
    notices: tuple[tuple[datetime, datetime, Notice], ...]
    hidden: frozenset[Band]
    areas: tuple[tuple[int, str], ...]
    texts: Changes
    offered: Offered


def kept() -> Kept:
    """What was set up, as of the page that asks; it asks for the theme and the version at once.

    The page then says what the municipality wants said.
    """
    themes().settle()
    found = shared("furniture", _read)
    said_instead(found.texts, found.offered)
    return found


def is_offered(language: str) -> bool:
    """Whether readers may choose this language of the road."""
    return language in kept().offered


def of_page(language: str, moment: datetime) -> Furniture:
    """The menus in `language` (empty: that of the theme), and the banners of `moment`."""
    known = kept()
    return Furniture(
        menu=known.menus.get((language, Menu.MAIN), ()),
        footer=known.menus.get((language, Menu.FOOTER), ()),
        notices=tuple(
            notice for starts_at, ends_at, notice in known.notices if starts_at <= moment < ends_at
        ),
        languages=tuple(name for name in ROAD_NAMES if name in known.offered),
        trial=_trial() if tried() else None,
    )


def _trial() -> Told:
    """Says in Dutch that nobody else reads this language yet, and where its texts are."""
    texts = url_for("languages_admin.show", language=tried()).removeprefix(request.script_root)
    with speaking(DEFAULT_LANGUAGE):
        return Told(
            gettext("Only you see this language. A vote that you cast here counts."),
            Link(gettext("Back to the texts"), texts, DEFAULT_LANGUAGE),
            DEFAULT_LANGUAGE,
            direction(DEFAULT_LANGUAGE),
        )


def _read() -> Kept:
    menus: dict[tuple[str, Menu], tuple[Link, ...]] = {}
    for entry in db.session.scalars(queries.menu_entries(LANGUAGES)):
        place = (entry.language, entry.menu)
        menus[place] = (*menus.get(place, ()), Link(entry.label, entry.address))
    texts: dict[str, dict[str, str]] = {}
    for one in db.session.scalars(queries.interface_texts()):
        if one.text:
            texts.setdefault(one.language, {})[one.message] = one.text
    return Kept(
        menus,
        tuple(
            (one.starts_at, one.ends_at, Notice(one.text, one.kind))
            for one in db.session.scalars(queries.banners())
        ),
        frozenset(db.session.scalars(queries.hidden_bands())),
        tuple((row.id, row.name) for row in db.session.execute(names())),
        texts,
        languages.offered(texts),
    )
