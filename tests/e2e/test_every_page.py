"""Every page of the demo, narrow and wide; the long forms as each kind of reader."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from participatie.theming.theme import DEFAULT, SHIPPED, themes_in
from tests.e2e.conftest import NARROW, WIDE, OpenContext
from tests.e2e.marks import (
    CUT_OFF,
    LEAST_TARGET,
    SMALL_TARGETS,
    WIDE_TEXT,
    WIDTHS,
    ZOOMED,
)
from tests.e2e.site import Site
from tests.e2e.walk import READERS, at_widths, walk, walk_as_each


def test_every_page_is_accessible_and_fits(
    open_context: OpenContext, site: Site, routes: Flask
) -> None:
    """Each as the first of the readers who gets there; the long form looks as every reader."""
    looked = walk_as_each(open_context, site, routes, at_widths(WIDE, NARROW))
    assert not {endpoint: found for endpoint, found in looked.items() if found}


def _zoomed(page: Page) -> list[str]:
    """A page at 400 %, with small targets, and with the text spaced as a reader may ask."""
    page.set_viewport_size(ZOOMED)
    faults = [f"small: {element}" for element in page.evaluate(SMALL_TARGETS, LEAST_TARGET)]
    page.evaluate(WIDE_TEXT)
    if page.evaluate("document.documentElement.scrollWidth") > ZOOMED["width"]:
        faults.append("too wide at 400 % with wide text")
    return faults + [f"cut off: {element}" for element in page.evaluate(CUT_OFF)]


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_every_page_bears_400_percent_and_wide_text(
    reader: str, open_context: OpenContext, site: Site, routes: Flask
) -> None:
    page = open_context(person=READERS[reader]).new_page()
    faults = walk(page, site, routes, reader, _zoomed)
    assert not {endpoint: found for endpoint, found in faults.items() if found}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_accessible_to_every_reader(
    reader: str, open_context: OpenContext, site: Site, routes: Flask
) -> None:
    page = open_context(person=READERS[reader]).new_page()
    faults = walk(page, site, routes, reader, at_widths(*WIDTHS))
    assert not {endpoint: found for endpoint, found in faults.items() if found}


@pytest.mark.slow
@pytest.mark.parametrize("theme", sorted(set(themes_in(SHIPPED)) - {DEFAULT}))
@pytest.mark.usefixtures("wear")
def test_every_page_is_accessible_in_every_theme(
    theme: str, open_context: OpenContext, site: Site, routes: Flask
) -> None:
    """In the neutral one as every reader, above; in the others as the first who gets there."""
    site.ask(f"INSERT INTO theme_choice (id, name) VALUES (1, '{theme}')")
    looked = walk_as_each(open_context, site, routes, at_widths(*WIDTHS))
    assert not {endpoint: found for endpoint, found in looked.items() if found}
