"""Every page of the demo, as each kind of reader, narrow and wide."""

from __future__ import annotations

from collections import deque
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from participatie.app import create_app
from participatie.config import Config, Environment
from tests.e2e.conftest import NARROW, WIDE, OpenContext, axe_faults
from tests.e2e.site import Site

READERS = {"visitor": None, "resident": "annie", "clerk": "karin", "administrator": "nico"}
NOT_BY_A_LINK = {
    "static",
    "pages.robots",
    "pages.security_txt",
    "pages.healthy",
}


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


def _endpoint(routes: Flask, path: str) -> str | None:
    try:
        return routes.url_map.bind("").match(path, method="GET")[0]
    except (HTTPException, RequestRedirect):
        return None


def _links(page: Page) -> list[str]:
    return page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")


def _walk(page: Page, site: Site, routes: Flask) -> dict[str, list[str]]:
    """One page of every endpoint that links lead to: endpoint → what is wrong with it."""
    faults: dict[str, list[str]] = {}
    waiting = deque(["/"])
    console: list[str] = []
    page.on("console", lambda said: console.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
    while waiting:
        path = waiting.popleft()
        endpoint = _endpoint(routes, urlsplit(path).path)
        if endpoint is None or endpoint in faults or endpoint == "static":
            continue
        console.clear()
        answer = page.goto(path)
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        faults[endpoint] = [] if answer.status == 200 else [f"status {answer.status}"]
        faults[endpoint] += axe_faults(page) + console
        width = page.viewport_size["width"] if page.viewport_size else 0
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults[endpoint].append(f"{wide} pixels wide on a screen of {width}")
        waiting.extend(
            link.removeprefix(site.address)
            for link in _links(page)
            if link.startswith(site.address + "/") and "#" not in link
        )
    return faults


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_accessible_and_fits(
    reader: str, width: int, open_context: OpenContext, site: Site, routes: Flask
) -> None:
    page = open_context(width=width, person=READERS[reader]).new_page()
    faults = _walk(page, site, routes)
    assert len(faults) >= 10
    assert not {endpoint: found for endpoint, found in faults.items() if found}
