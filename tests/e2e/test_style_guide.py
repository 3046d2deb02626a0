"""The built style guide in a real browser: axe, reflow, CSP, focus, the few scripts."""

import gzip
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from participatie.theming import assets, pictures
from participatie.theming.styleguide import rendering
from participatie.theming.theme import SHIPPED, read_theme
from tests.e2e.conftest import axe_faults

SAME = {f"error-{code}" for code in rendering.ERROR_CODES if code not in (404, 500)}
PAGES = [name for name in rendering.PAGES if not name.startswith("mail") and name not in SAME]
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'"


class Handler(SimpleHTTPRequestHandler):
    """Serves files under the content security policy of the application."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name of its parent
        """Keep the output of the tests clean."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("guide")
    rendering.write(directory)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_sticks_out(
    chromium: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    for name in PAGES:
        page.goto(f"{address}/{name}.html")
        assert messages == [], name
        assert axe_faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()


def test_axe_finds_nothing_in_a_mail(page: Page, address: str) -> None:
    page.goto(f"{address}/mail.html")
    assert axe_faults(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_the_summary_of_errors_has_the_focus_with_and_without_script(
    chromium: Browser, address: str, script: bool
) -> None:
    context = chromium.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{address}/forms.html")
    page.locator(".p-error-summary:focus").wait_for()
    context.close()


def test_the_counter_counts_a_line_break_as_the_server_does(page: Page, address: str) -> None:
    page.goto(f"{address}/forms.html")
    page.fill("#new-text", "ab\ncd")
    assert page.inner_text("#new-text-count") == "Nog 1.995 tekens"
    page.fill("#new-text", "x" * 2003)
    assert page.inner_text("#new-text-count") == "3 tekens te veel"


def test_a_double_click_sends_a_form_once(page: Page, address: str) -> None:
    page.goto(f"{address}/check.html")
    sent = page.evaluate(
        """() => {
          const form = [...document.forms].find(f => f.querySelector('.utrecht-button'));
          const answers = [];
          window.addEventListener('submit', e => {
            answers.push(!e.defaultPrevented);
            e.preventDefault();
          });
          form.requestSubmit();
          form.requestSubmit();
          return answers;
        }"""
    )
    assert sent == [True, False]


def test_every_stop_of_the_tab_key_shows_where_it_is_and_is_not_covered(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{address}/ballot.html")
    stops = page.locator("a[href]:visible, button:visible").count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const e = document.activeElement, box = e.getBoundingClientRect();
              const card = e.closest('.p-card') || e;
              const x = box.left + box.width / 2, y = box.top + box.height / 2;
              const top = document.elementFromPoint(x, y);
              return [e.outerHTML.slice(0, 90), getComputedStyle(card).outlineStyle,
                      e === document.body || e.contains(top) || (top && top.contains(e))];
            }"""
        )
        assert seen[1] == "solid", seen
        assert seen[2], seen


def test_targets_are_at_least_24_pixels_high(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    for name in ("ballot", "check", "forms", "login"):
        page.goto(f"{address}/{name}.html")
        small = page.evaluate(
            """controls => [...document.querySelectorAll(controls)]
              .filter(e => e.getClientRects().length)
              .filter(e => Math.min(e.offsetHeight, e.offsetWidth) < 24)
              .map(e => e.outerHTML.slice(0, 80))""",
            "button, input:not([type=hidden]), select, textarea, summary, .p-menu a, .p-tool",
        )
        assert small == [], name


def test_a_chosen_answer_looks_different_from_one_that_is_not(page: Page, address: str) -> None:
    page.goto(f"{address}/forms.html")
    looks = page.evaluate(
        """() => ['#good-kind-1', '#good-kind-2'].map(id => {
          const label = document.querySelector(id + ' + label'), style = getComputedStyle(label);
          return [style.backgroundColor, style.borderColor, style.fontWeight].join();
        })"""
    )
    assert looks[0] != looks[1]


def test_the_button_in_the_large_card_can_be_read(page: Page, address: str) -> None:
    page.goto(f"{address}/home.html")
    colours = page.evaluate(
        """() => {
          const button = document.querySelector('.p-card--feature .utrecht-button');
          return [getComputedStyle(button).color, getComputedStyle(button).backgroundColor];
        }"""
    )
    assert colours[0] != colours[1]


def test_a_page_costs_at_most_60_kilobytes_of_style_of_script_and_of_letters() -> None:
    names = json.loads((assets.DIST / "manifest.json").read_text(encoding="utf-8"))
    for name in ("app.css", "app.js"):
        assert len(gzip.compress((assets.DIST / names[name]).read_bytes())) <= 60_000
    assert sum(path.stat().st_size for path in assets.DIST.glob("*.woff2")) <= 60_000


def test_no_font_or_image_comes_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/home.html", wait_until="networkidle")
    assert all(url.startswith(address) for url in asked)
    assert any(url.endswith(".woff2") for url in asked)


@pytest.mark.slow
def test_a_picture_of_each_page_is_taken_in_the_theme(tmp_path: Path) -> None:
    taken = {}
    for theme in ("hoogstad", "zonneveld"):
        made = pictures.take(read_theme(SHIPPED / theme), tmp_path / theme)
        assert len(made) == len(pictures.PAGES) * len(pictures.WIDTHS)
        taken[theme] = (tmp_path / theme / "home-360.png").read_bytes()
    assert taken["hoogstad"] != taken["zonneveld"]
