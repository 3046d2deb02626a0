"""The main pages on a slow telephone: bytes, requests and the largest paint. Tests nothing."""

from __future__ import annotations

import shutil
import statistics

from playwright.sync_api import Browser, sync_playwright

from bench.report import Report
from tests.e2e.conftest import FLAGS
from tests.e2e.site import running_site
from tests.e2e.test_main_pages import PAGES, go

RUNS = 3
NETWORK = {
    "offline": False,
    "latency": 150,  # milliseconds there and back
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
WATCH = """
  window.largest = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.largest = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
"""


def main() -> None:
    """Open each page with an empty cache, three times, and print the middle one."""
    report = Report("the main pages: 1.6 Mbit/s, 150 ms, a processor four times slower")
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in PAGES:
            paints = [_largest_paint(browser, site.address, name) for _ in range(RUNS)]
            report.row(name, statistics.median(paints) / 1000, "s", "≤ 2.5")
        browser.close()
    report.show()


def _largest_paint(browser: Browser, address: str, name: str) -> float:
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
    paint = float(page.evaluate("window.largest"))
    context.close()
    return paint


if __name__ == "__main__":
    main()
