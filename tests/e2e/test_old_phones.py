"""A telephone of eight years ago, on a line that breaks: reading and voting still work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import tinycss2
from playwright.sync_api import Page, Route, expect

from tests.e2e.acts import PARKWIJK, cast, put_on_list
from tests.e2e.conftest import OpenContext, log_in
from tests.e2e.marks import PAGES, go
from tests.e2e.test_poll import POLL

WIDTH = 320
UNKNOWN_NAMES = re.compile(
    r"(row-|column-)?gap|inset.*|aspect-ratio|accent-color|text-wrap|hyphenate-.*|appearance"
    r"|(margin|padding)-(inline|block)|border-(start|end)-.*|text-decoration-thickness"
    r"|text-underline-offset|scale|rotate|translate|forced-color-adjust"
)
UNKNOWN_VALUES = re.compile(r"\b(min|max|clamp|color-mix|oklch)\(|\banywhere\b")
UNKNOWN_SELECTORS = re.compile(r":(focus-visible|is|where|has)\b|::file-selector-button")
UNKNOWN_MEDIA = re.compile(r"prefers-|forced-colors")


def as_known_then(css: str) -> str:
    """What a browser of 2018 keeps of a style sheet: it drops each rule and line it cannot read."""
    kept = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            words = f"{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}"
            if rule.at_keyword in {"supports", "layer", "container"} or UNKNOWN_MEDIA.search(words):
                continue
            if rule.at_keyword == "media":
                kept.append(f"@{words}{{{as_known_then(tinycss2.serialize(rule.content))}}}")
                continue
            kept.append(rule.serialize())
        elif rule.type == "qualified-rule":
            prelude = tinycss2.serialize(rule.prelude)
            if not UNKNOWN_SELECTORS.search(prelude):
                kept.append(f"{prelude}{{{_lines(tinycss2.serialize(rule.content))}}}")
    return "\n".join(kept)


def _lines(content: str) -> str:
    lines = (line for line in re.split(r";(?![^(]*\))", content) if ":" in line)
    pairs = (line.split(":", 1) for line in lines)
    return ";".join(
        f"{name}:{value}"
        for name, value in pairs
        if not UNKNOWN_NAMES.fullmatch(name.strip()) and not UNKNOWN_VALUES.search(value)
    )


def _served_as(change: Callable[[str], str]) -> Callable[[Route], None]:
    def serve(route: Route) -> None:
        answer = route.fetch(max_retries=3)  # a server may close a line that was idle
        route.fulfill(response=answer, body=change(answer.text()))

    return serve


@pytest.fixture
def old(open_context: OpenContext) -> Iterator[Page]:
    """The style as a browser of 2018 reads it, and scripts of which the second half never came."""
    page = open_context(width=WIDTH).new_page()
    page.route("**/*.css", _served_as(as_known_then))
    page.route("**/*.js", _served_as(lambda script: script[: len(script) // 2]))
    yield page
    page.unroute_all(behavior="wait")


def test_a_browser_of_2018_drops_what_it_cannot_read() -> None:
    css = "a{gap:1px;color:red}a:is(b){color:red}@media (min-width:1px){a{inset:0;top:0}}"
    assert as_known_then(css) == "a{color:red}\n@media (min-width:1px){a{top:0}}"


@pytest.mark.slow
def test_every_main_page_is_read_on_an_old_phone(old: Page) -> None:
    for name in PAGES:
        go(old, name)
        assert old.evaluate("document.documentElement.scrollWidth") <= WIDTH, name
        heading = old.locator("h1").bounding_box()
        assert heading is not None, name
        assert heading["width"] > WIDTH / 2, name


@pytest.mark.slow
def test_a_list_of_plans_and_a_ballot_are_cast_on_an_old_phone(old: Page) -> None:
    log_in(old, "gerrit")
    old.goto(PARKWIJK)
    put_on_list(old, "Bankjes langs het rondje Parkwijk", "Een AED bij de flats")
    cast(old)
    expect(old.locator(".p-code")).to_be_visible()
    old.goto("/stemmingen")
    old.get_by_role("link", name=POLL).click()
    old.get_by_role("link", name="Vul uw stembiljet in").first.click()
    old.get_by_label("Nee", exact=True).check()
    old.get_by_role("button", name="Controleer uw stembiljet").last.click()
    old.get_by_role("button", name="Breng mijn stem uit").click()
    expect(old.locator("h1")).to_have_text("Uw stem is opgeslagen")
