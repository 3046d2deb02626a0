"""The whole program: start, memory at rest, and the public list. Prints figures, tests nothing."""

from __future__ import annotations

import http.client
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from bench import many
from bench.report import Report
from bench.running import processes, spent, web, work
from participatie.run.postgres import Role, database_url
from tests.e2e.site import Site, running_site

LIST = "/trajecten/havenplein/voorstellen"
SECONDS = 5
UNCACHED = 400
WARM = 100
MANY = 10_000


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
            _uncached(report, site, "public list uncached")
            _add_proposals(site)
            _uncached(report, site, f"the same with {MANY:,} proposals")
    report.show()


def _pss(site: Site) -> float:
    return sum(process.memory_full_info().pss for process in processes(site)) / 1e6


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


def _uncached(report: Report, site: Site, what: str) -> None:
    """CPU of the web processes for a page that no cache may answer: each address is new.

    Beside it the CPU that a fixed piece of work took meanwhile and takes at best: where the two
    are far apart the machine was busy, and the figure is too high in about the same proportion.
    """
    best = min(work() for _ in range(20))
    fetch = _reader(site)
    for number in range(WARM):
        fetch(f"{what}-warm-{number}")
    before, meanwhile = spent(web(site)), []
    for number in range(UNCACHED):
        fetch(f"{what}-{number}")
        if number % 20 == 0:
            meanwhile.append(work())
    per_page = (spent(web(site)) - before) / UNCACHED * 1000
    busy = sum(meanwhile) / len(meanwhile) / best
    report.row(what, per_page, "ms CPU", "≤ 4")
    report.row(
        "  a fixed piece of work took, against its best", busy, "times", "1: a quiet machine"
    )
    report.row("  so, on a quiet machine, about", per_page / busy, "ms CPU", "≤ 4")


def _reader(site: Site) -> Callable[[str], None]:
    """Asks for the list over one connection that stays open."""
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=30)

    def fetch(mark: str) -> None:
        connection.request("GET", f"{LIST}?{urlencode({'n': mark})}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    return fetch


def _add_proposals(site: Site) -> None:
    """As many proposals, comments and supports as a large city gets in years."""
    with psycopg.connect(
        database_url(site.data_dir, Role.OWNER).replace("+psycopg", "")
    ) as connection:
        many.fill(connection, MANY)


if __name__ == "__main__":
    main()
