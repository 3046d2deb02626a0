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
NOT_PAGES = {
    "budget_execution.photo",
    "budget_progress.photo",
    "budget_results.ballots_of_area",
    "budget_results.result_of_area",
    "budget_results.ballots",
    "contributions.document",
    "contributions.image",
    "pages.photo",
    "proposal_lists.feed",
    "vote_printed.ballot_pdf",
    "vote_printed.count_form_pdf",
    "vote_protocols.download",
    "budget_results.result_json",
    "vote_folders.download",
    "vote_results.result_json",
    "static",
    "theming.file",
    "identity.stay",
    "pages.health",
    "pages.robots",
    "pages.security",
}
STAFF = {"clerk", "administrator"}
REFUSED_TO_STAFF = {"proposal_writing.new", "vote_checks.right"}  # pages as well: they say who may
LEAST_PAGES = {"visitor": 15, "resident": 20, "clerk": 20, "administrator": 20}


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


def _width(page: Page) -> int:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert isinstance(width, int)
    return width


def _faults(page: Page, path: str, wanted: int) -> list[str]:
    """What is wrong with one page, narrow and wide."""
    answer = page.goto(path)
    assert answer is not None
    faults = [] if answer.status == wanted else [f"status {answer.status}"]
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"at {width}: {fault}" for fault in axe_faults(page)]
        if (wide := _width(page)) > width:
            faults.append(f"at {width}: {wide} pixels wide")
    refusal = "403" if wanted == 403 else "not refused"
    faults += [line.text for line in page.console_messages() if line.type in {"error", "warning"}]
    faults += [str(error) for error in page.page_errors()]
    page.clear_console_messages()
    page.clear_page_errors()
    return [fault for fault in faults if refusal not in fault]


def _walk(page: Page, site: Site, routes: Flask, refused: set[str]) -> dict[str, list[str]]:
    """One page of every endpoint that links lead to: endpoint → what is wrong with it."""
    faults: dict[str, list[str]] = {}
    waiting = deque(["/"])
    while waiting:
        path = waiting.popleft()
        endpoint = _endpoint(routes, urlsplit(path).path)
        if endpoint is None or endpoint in faults or endpoint in NOT_PAGES:
            continue
        faults[endpoint] = _faults(page, path, 403 if endpoint in refused else 200)
        waiting.extend(
            link.removeprefix(site.address)
            for link in _links(page)
            if link.startswith(site.address + "/") and "#" not in link
        )
    return faults


@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_accessible_and_fits(
    reader: str, open_context: OpenContext, site: Site, routes: Flask
) -> None:
    page = open_context(person=READERS[reader]).new_page()
    refused = REFUSED_TO_STAFF if reader in STAFF else set()
    faults = _walk(page, site, routes, refused)
    assert len(faults) >= LEAST_PAGES[reader]
    assert not {endpoint: found for endpoint, found in faults.items() if found}
