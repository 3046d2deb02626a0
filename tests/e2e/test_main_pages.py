"""The pages that decide: what no rule of axe looks at, their weight, and every theme on them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from participatie.theming.theme import SHIPPED, themes_in
from tests.e2e.conftest import OpenContext, axe_faults
from tests.e2e.site import Site

PAGES = {
    "home": "/",
    "processes": "/trajecten",
    "process": "/trajecten/havenplein",
    "proposals": "/trajecten/havenplein/voorstellen",
    "proposal": "/trajecten/havenplein/voorstellen .p-card__title a",
    "ballot": "/trajecten/bewonersbegroting-parkwijk .p-lead .utrecht-button",
    "result": "/ .p-list a",
    "log in": "/inloggen",
    "counting": "/zo-tellen-wij",
    "contact": "/contact",
}
"""The address; behind a space the link to follow from there."""

WIDTHS = (320, 768, 1280)
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
LEAST_TARGET = 24
MOST_BYTES = 60_000

WIDE_TEXT = """() => {
  for (const element of document.body.querySelectorAll("*")) {
    element.style.setProperty("line-height", "1.5", "important");
    element.style.setProperty("letter-spacing", "0.12em", "important");
    element.style.setProperty("word-spacing", "0.16em", "important");
  }
  for (const text of document.querySelectorAll("p")) {
    text.style.setProperty("margin-bottom", "2em", "important");
  }
}"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter(e => e.innerText && !e.closest(".p-hidden") && e.tagName !== "SVG")
  .filter(e => getComputedStyle(e).clip === "auto" && e.offsetHeight > 1 && !e.closest("thead"))
  .filter(e => !e.closest(".p-steps li:not(.p-steps__here)"))
  .filter(e => getComputedStyle(e).overflow !== "visible" && e.scrollHeight > e.clientHeight + 2)
  .map(e => e.outerHTML.slice(0, 80))"""
SMALL_TARGETS = """least => [...document.querySelectorAll(
    "button, input:not([type=hidden]), select, textarea, summary, .utrecht-button, " +
    "header a, footer li a"
  )].filter(e => e.getClientRects().length && !e.closest(".utrecht-skip-link, .p-hidden"))
  .filter(e => !e.classList.contains("utrecht-skip-link"))
  .filter(e => { const b = e.getBoundingClientRect(); return Math.min(b.width, b.height) < least; })
  .map(e => e.outerHTML.slice(0, 80))"""
MOVING = """() => [...document.querySelectorAll("*")].filter(e => {
    const style = getComputedStyle(e);
    return style.animationName !== "none" || !/^(0s(, )?)+$/.test(style.transitionDuration);
  }).map(e => e.outerHTML.slice(0, 80))"""
WITHOUT_EDGE = """() => [...document.querySelectorAll(".utrecht-button, .p-card, .utrecht-textbox")]
  .filter(e => e.getClientRects().length && parseFloat(getComputedStyle(e).borderTopWidth) < 1)
  .map(e => e.outerHTML.slice(0, 80))"""
HIDDEN_FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  if (e === document.body || !e.getClientRects().length) return "";
  const seen = [0.25, 0.5, 0.75].some(part => {
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * part);
    return top && (e.contains(top) || top.contains(e));
  });
  return seen ? "" : e.outerHTML.slice(0, 80);
}"""


def go(page: Page, name: str) -> None:
    """Open one of the main pages."""
    path, _, link = PAGES[name].partition(" ")
    page.goto(path)
    if link:
        page.goto(page.locator(link).first.get_attribute("href") or "")


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    return open_context().new_page()


def test_a_main_page_is_light_and_asks_nobody_else(page: Page, site: Site) -> None:
    answers: dict[str, Response] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    for name in PAGES:
        go(page, name)
        assert all(address.startswith(site.address) for address in answers), name
        used = page.eval_on_selector_all(
            "script[src], link[rel=stylesheet]", "all => all.map(e => e.src || e.href)"
        )
        for end in (".js", ".css"):
            bodies = [answers[a].body() for a in used if a.endswith(end) and a in answers]
            assert sum(len(gzip.compress(body)) for body in bodies) <= MOST_BYTES, (name, end)
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


def test_a_target_is_large_enough_for_a_finger(page: Page) -> None:
    for name in PAGES:
        go(page, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == [], (name, width)


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


@pytest.fixture
def wear(site: Site) -> Iterator[None]:
    """`site` is back in the theme of its host afterwards."""
    yield
    site.ask("DELETE FROM theme_choice")


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
