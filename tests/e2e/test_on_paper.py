"""The pages that decide, printed: what there is to read, and nothing to press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize

from participatie.theming.theme import SHIPPED, themes_in
from tests.e2e.conftest import OpenContext
from tests.e2e.marks import PAGES, go
from tests.e2e.site import Site

A4: ViewportSize = {"width": 680, "height": 1000}
"""What is left of a sheet within its margins."""

TO_PRESS = """() => [...document.querySelectorAll(
    "button, input, select, textarea, nav, .utrecht-button, .p-search, .p-steps"
  )].filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))"""
ONLY_A_WAY = """() => [...document.querySelectorAll("p > a, dd > a")]
  .filter(a => a.getClientRects().length && !a.matches("[href^='tel:'], [href^='mailto:']"))
  .filter(a => a.parentElement.innerText.trim() === a.innerText.trim())
  .map(a => a.parentElement.outerHTML.slice(0, 120))"""
FOLDED = """() => [...document.querySelectorAll(".p-details")]
  .filter(e => e.getClientRects().length && e.offsetHeight <= e.firstElementChild.offsetHeight + 8)
  .map(e => e.innerText)"""
CUT_UP = """() => [...document.querySelectorAll("table, .p-chart table")]
  .filter(e => e.getClientRects().length)
  .filter(e => getComputedStyle(e).display !== "table" || !e.tHead
    || getComputedStyle(e.tHead).display !== "table-header-group")
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def paper(open_context: OpenContext) -> Page:
    page = open_context().new_page()
    page.set_viewport_size(A4)
    page.emulate_media(media="print", color_scheme="dark")
    return page


@pytest.mark.parametrize("person", ["annie", "karin"])
def test_on_paper_nobody_who_is_logged_in_is_asked_for_anything(
    open_context: OpenContext, person: str
) -> None:
    page = open_context(person=person).new_page()
    go(page, "proposal")
    asked = page.locator("fieldset, #griffie, h3:text-is('Schrijf zelf een reactie')")
    assert asked.first.is_visible()
    page.emulate_media(media="print")
    assert page.evaluate(TO_PRESS) == []
    assert [one.inner_text() for one in asked.all() if one.is_visible()] == []


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_stands_what_there_is_to_read_and_nothing_to_press(paper: Page, name: str) -> None:
    go(paper, name)
    assert paper.locator("h1").is_visible()
    assert paper.evaluate(TO_PRESS) == []
    assert paper.evaluate(ONLY_A_WAY) == []
    assert paper.evaluate(FOLDED) == []
    assert paper.evaluate(CUT_UP) == []
    assert paper.evaluate("document.documentElement.scrollWidth") <= A4["width"]


def test_on_paper_stands_where_the_page_is_found_and_the_day(paper: Page, site: Site) -> None:
    for name in ("home", "process"):
        go(paper, name)
        words = paper.locator(".p-paper").inner_text()
        assert PAGES[name] in words
        assert str(site.ask("SELECT extract(year FROM now())::int")[0][0]) in words
        paper.emulate_media(media="screen")
        assert paper.locator(".p-paper").is_hidden()
        paper.emulate_media(media="print")


WHITE, NO_INK, BLACK = "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"


@pytest.mark.parametrize("theme", sorted(themes_in(SHIPPED)))
@pytest.mark.usefixtures("wear")
def test_on_paper_the_ground_is_white_in_each_theme_in_the_dark_too(
    paper: Page, site: Site, theme: str
) -> None:
    site.ask(f"INSERT INTO theme_choice (id, name) VALUES (1, '{theme}')")
    go(paper, "result")
    for part in ("body", ".p-header", ".p-test", ".p-band", ".p-footer__ground"):
        ground = "e => getComputedStyle(e).backgroundColor"
        assert paper.locator(part).first.evaluate(ground) in {WHITE, NO_INK}, part
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
    letters = paper.locator(".p-header a").first.evaluate("e => getComputedStyle(e).color")
    assert letters == BLACK
