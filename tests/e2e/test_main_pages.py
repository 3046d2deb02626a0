"""The pages that decide: what no rule of axe looks at, their weight, and every theme on them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from participatie.theming.theme import SHIPPED, themes_in
from tests.e2e.conftest import OpenContext, axe_faults
from tests.e2e.keyboard import FOCUS
from tests.e2e.marks import (
    CUT_OFF,
    HIDDEN_FOCUS,
    LEAST_TARGET,
    MOST_BYTES,
    MOST_FILES,
    MOST_SHIFT,
    MOVING,
    PAGES,
    SMALL_TARGETS,
    WATCH_SHIFTS,
    WIDE_TEXT,
    WIDTHS,
    WITHOUT_EDGE,
    ZOOMED,
    go,
)
from tests.e2e.site import Site


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    return open_context().new_page()


def test_a_main_page_is_light_and_still_and_asks_nobody_else(page: Page, site: Site) -> None:
    answers: dict[str, Response] = {}
    page.add_init_script(WATCH_SHIFTS)
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    for name in PAGES:
        go(page, name)
        assert all(address.startswith(site.address) for address in answers), name
        assert page.evaluate("window.shifted") <= MOST_SHIFT, name
        used = page.eval_on_selector_all(
            "script[src], link[rel=stylesheet]", "all => all.map(e => e.src || e.href)"
        )
        for end in (".js", ".css"):
            bodies = [answers[a].body() for a in used if a.endswith(end) and a in answers]
            assert sum(len(gzip.compress(body)) for body in bodies) <= MOST_BYTES, (name, end)
        assert len([a for a in answers if a.endswith((".js", ".css", ".woff2"))]) <= MOST_FILES
    assert {address.rpartition(".")[2] for address in answers} >= {"css", "js", "woff2"}


def test_a_main_page_fits_at_400_percent_and_with_wide_text(page: Page) -> None:
    page.set_viewport_size(ZOOMED)
    for name in PAGES:
        go(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"], name
        assert page.locator("html").get_attribute("lang") == "nl", name
        page.evaluate(WIDE_TEXT)
        assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"], name
        assert page.evaluate(CUT_OFF) == [], name


BROKEN_WORDS = """longest => [...document.querySelectorAll("h1")].flatMap(title => {
  const walk = document.createTreeWalker(title, NodeFilter.SHOW_TEXT), broken = [];
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[\\p{L}]+/gu)) {
    if (word[0].length > longest) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, word.index);
    range.setEnd(walk.currentNode, word.index + word[0].length);
    const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
    if (lines.size > 1) broken.push(word[0]);
  }
  return broken;
})"""


def test_words_of_a_title_stay_whole_where_the_text_is_twice_as_large(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    sizes = {"fontSizes": {"standard": 32, "fixed": 26}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    for name in PAGES:
        go(page, name)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate(BROKEN_WORDS, 12) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name


def test_a_target_is_large_enough_for_a_finger(page: Page) -> None:
    for name in PAGES:
        go(page, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == [], (name, width)


FOCUSABLE = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]"
  )].filter(e => e.tabIndex > 0 || getComputedStyle(e).order !== "0")
  .map(e => e.outerHTML.slice(0, 80))"""
PASSED = """() => {
  const all = [...document.querySelectorAll("*")];
  const here = all.indexOf(document.activeElement), before = window.passed || -1;
  window.passed = here;
  return document.activeElement === document.body || here > before;
}"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_the_focus_is_seen_at_each_stop_and_goes_in_the_order_of_the_page(
    page: Page, name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    go(page, name)
    assert page.evaluate(FOCUSABLE) == []
    stops = page.locator("a[href]:visible, button:visible, input:visible, summary:visible").count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return
        focus = page.evaluate(FOCUS)
        assert focus["ring"], focus["name"]
        assert focus["seen"], focus["name"]
        assert page.evaluate(PASSED), focus["name"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["proposal", "ballot"])
def test_what_has_the_focus_never_hides_behind_the_bar(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    go(page, name)
    stops = page.locator("a[href]:visible, button:visible, summary:visible").count()
    assert stops > 10
    for _ in range(stops):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN_FOCUS) == ""


def test_who_is_logged_in_hears_in_time_that_the_session_ends(open_context: OpenContext) -> None:
    page = open_context(person="annie").new_page()
    page.clock.install()
    page.goto("/mijn/gegevens/naam")
    page.locator("input[name=public_name]").fill("Annie van hiernaast")
    warning = page.locator("[data-session]")
    page.clock.fast_forward("27:50")
    assert warning.is_hidden()
    page.clock.fast_forward("00:15")
    assert "twee minuten" in warning.inner_text()
    warning.get_by_role("button").click()
    warning.wait_for(state="hidden")
    page.clock.fast_forward("31:00")
    assert "U bent uitgelogd" in warning.inner_text()
    assert page.locator("input[name=public_name]").input_value() == "Annie van hiernaast"


@pytest.fixture
def careful(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A reader with colours of their own, who wants nothing to move."""
    context = chromium.new_context(
        base_url=site.address, forced_colors="active", reduced_motion="reduce"
    )
    yield context
    context.close()


def test_nothing_moves_and_every_edge_is_seen_for_who_asks_that(careful: BrowserContext) -> None:
    page = careful.new_page()
    for name in PAGES:
        go(page, name)
        assert page.evaluate(MOVING) == [], name
        assert page.evaluate(WITHOUT_EDGE) == [], name


@pytest.mark.slow
@pytest.mark.parametrize("theme", sorted(themes_in(SHIPPED)))
@pytest.mark.usefixtures("wear")
def test_every_theme_is_accessible_on_the_main_pages(page: Page, site: Site, theme: str) -> None:
    site.ask(f"INSERT INTO theme_choice (id, name) VALUES (1, '{theme}')")
    faults = []
    for name in PAGES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            go(page, name)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                faults += [f"{name}, {scheme}, {width}: {fault}" for fault in axe_faults(page)]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    faults.append(f"{name}, {width}: too wide")
    assert faults == []
