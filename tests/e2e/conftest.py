"""A browser, and the running demo it looks at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from participatie.app import create_app
from participatie.config import Config, Environment
from tests.e2e.site import ROOT, Site, running_site

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW, WIDE = 320, 1280
READS_ONLY = {"test_every_page.py", "test_html.py", "test_style_guide.py", "test_trees.py"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OpenContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser; who only reads has a demo of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")
            reads = item.path.name in READS_ONLY
            item.add_marker(pytest.mark.xdist_group("pages" if reads else "journeys"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The demo, running."""
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def routes(site: Site) -> Flask:
    """The application, to know which address belongs to which endpoint; it serves nothing."""
    return create_app(
        Config(
            environment=Environment.DEMO,
            data_dir=site.directory / "routes",
            base_url=site.address,
            secret_key="x" * 40,
            database_url="postgresql+psycopg://nobody@/nothing",
        )
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(chromium: Browser, site: Site) -> Iterator[OpenContext]:
    """`open_context(width=320, javascript=False, person="annie")`: a fresh browser."""
    opened: list[BrowserContext] = []

    def open_one(
        *, width: int = WIDE, javascript: bool = True, person: str | None = None
    ) -> BrowserContext:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            base_url=site.address,
            locale="nl-NL",
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        if person:
            log_in(context.new_page(), person)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def wear(site: Site) -> Iterator[None]:
    """`site` is back in the theme of its host afterwards."""
    yield
    site.ask("DELETE FROM theme_choice")


def log_in(page: Page, person: str, *, to: str = "/") -> None:
    """Log in as one of the fictive people, by the road that a resident takes."""
    page.goto(f"/inloggen?next={to}")
    page.get_by_role("button", name="test-inlog").click()
    page.locator(f'input[name="person"][value="{person}"]').check()
    page.get_by_role("button", name="Log in als deze persoon").click()
    page.wait_for_url(lambda address: "/inloggen" not in address)


def axe_faults(page: Page) -> list[str]:
    """What axe finds on the page, one sentence each."""
    if not page.evaluate("'axe' in window"):  # once a page, whatever its widths
        page.evaluate(AXE.read_text())
    result = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{fault['id']}: {fault['help']} at {node['target']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]
