"""The main pages on a slow telephone: the largest paint, and what shifts. Tests nothing."""

from __future__ import annotations

import shutil
import statistics

from playwright.sync_api import Browser, sync_playwright

from bench.report import Report
from tests.e2e.conftest import FLAGS
from tests.e2e.marks import PAGES, go
from tests.e2e.site import eventually, running_site

RUNS = 3
NETWORK = {
    "offline": False,
    "latency": 150,  # milliseconds there and back
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
SETTLED = 1_000
"""Milliseconds in which something larger may still be painted."""
PATIENCE = 20
"""Seconds in which a page must have painted something, on a machine that is busy."""
WATCH = """
  window.largest = 0;
  window.shifted = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.largest = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({type: "layout-shift", buffered: true});
"""


def main() -> None:
    """Open each page with an empty cache, three times, and print the middle one."""
    report = Report("the main pages: 1.6 Mbit/s, 150 ms, a processor four times slower")
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in PAGES:
            paints, shifts = zip(
                *(_painted(browser, site.address, name) for _ in range(RUNS)), strict=True
            )
            report.row(name, statistics.median(paints) / 1000, "s", "≤ 2.5")
            report.row(f"{name}: shifts", max(shifts), "", "≤ 0.1")
        browser.close()
    report.show()


def _painted(browser: Browser, address: str, name: str) -> tuple[float, float]:
    """The milliseconds until the largest thing is painted, and how far the page shifts."""
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    page = context.new_page()
    go(page, name)
    wanted = page.url
    context.close()
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(wanted, wait_until="networkidle")
    eventually(lambda: page.evaluate("window.largest > 0"), PATIENCE)
    page.wait_for_timeout(SETTLED)
    found = float(page.evaluate("window.largest")), float(page.evaluate("window.shifted"))
    context.close()
    return found


if __name__ == "__main__":
    main()
