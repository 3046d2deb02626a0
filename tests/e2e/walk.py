"""Every page of the demo: one of each endpoint that links lead to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.e2e.conftest import OpenContext, axe_faults
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
    "demo.look",
    "discussion_lists.feed",
    "pages.photo",
    "proposal_lists.feed",
    "proposal_tables.as_csv",
    "proposal_tables.as_xlsx",
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


def walk(
    page: Page,
    site: Site,
    routes: Flask,
    reader: str,
    look: Callable[[Page], list[str]],
    *,
    seen: Container[str] = (),
) -> dict[str, list[str]]:
    """What `look` finds wrong with one page of every endpoint: endpoint → faults.

    Endpoints in `seen` are opened and must answer, and their links are followed; `look` is spared.
    """
    refused = REFUSED_TO_STAFF if reader in STAFF else set()
    faults: dict[str, list[str]] = {}
    waiting = deque(["/"])
    while waiting:
        path = waiting.popleft()
        endpoint = _endpoint(routes, urlsplit(path).path)
        if endpoint is None or endpoint in faults or endpoint in NOT_PAGES:
            continue
        try:
            answer = page.goto(path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            faults[endpoint] = []  # a file, not a page
            continue
        assert answer is not None
        wanted = 403 if endpoint in refused else 200
        faults[endpoint] = [] if answer.status == wanted else [f"status {answer.status}"]
        links = _links(page)
        if endpoint not in seen:
            faults[endpoint] += look(page)
        faults[endpoint] += _said(page, wanted)
        waiting.extend(
            link.removeprefix(site.address)
            for link in links
            if link.startswith(site.address + "/") and "#" not in link
        )
    return faults


def walk_as_each(
    open_context: OpenContext, site: Site, routes: Flask, look: Callable[[Page], list[str]]
) -> dict[str, list[str]]:
    """`walk` as every reader; each endpoint is looked at as the first of them who gets there."""
    looked: dict[str, list[str]] = {}
    for reader, person in READERS.items():
        page = open_context(person=person).new_page()
        faults = walk(page, site, routes, reader, look, seen=looked)
        assert len(faults) >= LEAST_PAGES[reader]
        looked |= {endpoint: looked.get(endpoint, []) + found for endpoint, found in faults.items()}
    return looked


def at_widths(*widths: int) -> Callable[[Page], list[str]]:
    """Nothing that axe finds, and nothing wider than the screen, at each of `widths`."""

    def look(page: Page) -> list[str]:
        faults = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"at {width}: {fault}" for fault in axe_faults(page)]
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                faults.append(f"at {width}: {wide} pixels wide")
        return faults

    return look


def _endpoint(routes: Flask, path: str) -> str | None:
    try:
        return routes.url_map.bind("").match(path, method="GET")[0]
    except (HTTPException, RequestRedirect):
        return None


def _links(page: Page) -> list[str]:
    return page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")


def _said(page: Page, wanted: int) -> list[str]:
    """What the console says, except that a page was refused that should be."""
    refusal = "403" if wanted == 403 else "not refused"
    said = [line.text for line in page.console_messages() if line.type in {"error", "warning"}]
    said += [str(error) for error in page.page_errors()]
    page.clear_console_messages()
    page.clear_page_errors()
    return [line for line in said if refusal not in line]
