"""The whole program: start, memory at rest, and the public list. Prints figures, tests nothing."""

from __future__ import annotations

import http.client
import re
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from bench.report import Report
from tests.e2e.site import Site, running_site

LIST = "/trajecten/havenplein/voorstellen"
SECONDS = 5
UNCACHED = 400


def main() -> None:
    """Start twice on one data directory, then measure the second start."""
    report = Report("the program")
    with tempfile.TemporaryDirectory(prefix="participatie-bench-") as folder:
        Path(folder).chmod(0o755)
        data = str(Path(folder) / "data")
        with running_site(DATA_DIR=data) as site:
            report.row("cold start until the first page", site.started_in, "s", "≤ 8")
        with running_site(DATA_DIR=data) as site:
            report.row("warm start until the first page", site.started_in, "s", "≤ 4")
            time.sleep(5)
            report.row("memory of everything at rest", _pss(site), "MB PSS", "≤ 450")
            report.row("public list from cache", _rate(site, LIST), "pages/s", "≥ 1,000")
            report.row("public list uncached", _cpu_per_page(site), "ms CPU", "≤ 4")
    report.show()


def _processes(site: Site) -> list[psutil.Process]:
    parent = psutil.Process(site.process.pid)
    return [parent, *parent.children(recursive=True)]


def _pss(site: Site) -> float:
    return sum(process.memory_full_info().pss for process in _processes(site)) / 1e6


def _web(site: Site) -> list[psutil.Process]:
    return [p for p in _processes(site) if any("gunicorn" in word for word in p.cmdline())]


def _rate(site: Site, path: str) -> float:
    site.fetch(path)
    said = subprocess.run(
        ["wrk", "-t2", "-c16", f"-d{SECONDS}s", site.address + path],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def _cpu_per_page(site: Site) -> float:
    """CPU of the web processes for a page that no cache may answer: each address is new."""
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=30)

    def spent() -> float:
        return sum(sum(process.cpu_times()[:2]) for process in _web(site))

    def fetch(number: int) -> None:
        connection.request("GET", f"{LIST}?n={number}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    for number in range(20):
        fetch(number)
    before = spent()
    for number in range(20, 20 + UNCACHED):
        fetch(number)
    return (spent() - before) / UNCACHED * 1000


if __name__ == "__main__":
    main()
