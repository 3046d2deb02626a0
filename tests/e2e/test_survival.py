"""Killing parts of the system while somebody uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import PARKWIJK, put_on_list
from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site, eventually

PARTS = {
    "the web processes": ("gunicorn", 2),
    "the web server": ("gunicorn", 1),
    "the worker": ("celery", 1),
    "the sealer": ("participatie.votes.sealer", 1),
    "postgresql": ("postgres", 1),
}
"""Part → a word of its command, and how deep it stands below the supervisor."""


def _pids(site: Site, word: str, depth: int) -> list[int]:
    family = [psutil.Process(site.process.pid)]
    for _ in range(depth):
        family = [child for parent in family for child in parent.children()]
    return [one.pid for one in family if any(word in part for part in one.cmdline()[:4])]


@contextmanager
def _readers(site: Site) -> Iterator[None]:
    """Requests that go on during the block; some may fail."""
    done = Event()

    def read() -> None:
        while not done.is_set():
            with suppress(URLError, OSError):
                urlopen(f"{site.address}/trajecten", timeout=10).close()

    thread = Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _answers(site: Site) -> bool:
    with suppress(URLError, OSError):
        site.fetch("/trajecten")
        return True
    return False


def _kill(site: Site, part: str) -> None:
    """Kill `part`; ends when it is gone, another one stands in its place, and the site answers."""
    killed = _pids(site, *PARTS[part])
    assert killed
    for pid in killed:
        psutil.Process(pid).kill()
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in killed), 15)
    eventually(lambda: len(_pids(site, *PARTS[part])) >= len(killed), 15)
    eventually(lambda: _answers(site), 15)


def _is_there(page: Page, path: str) -> bool:
    answer = page.goto(path)
    return answer is not None and answer.ok


@pytest.mark.parametrize("part", PARTS)
def test_the_site_is_back_soon_and_a_list_is_kept_when_a_part_is_killed(
    open_context: OpenContext, site: Site, part: str
) -> None:
    page = open_context(javascript=False).new_page()
    page.goto(PARKWIJK)
    page.get_by_role("link", name="Voeg Een AED bij de flats toe").click()
    page.get_by_role("button", name="Zet dit plan op mijn lijst").click()
    put_on_list(page, "Buurttuin aan de Lindelaan")

    with _readers(site):
        _kill(site, part)

    eventually(lambda: _is_there(page, PARKWIJK), 15)
    tray = page.locator("#tray")
    expect(tray).to_contain_text("Een AED bij de flats")
    expect(tray).to_contain_text("Buurttuin aan de Lindelaan")
    expect(tray).to_contain_text("2 plannen")


def test_work_goes_on_after_the_database_was_killed(site: Site) -> None:
    """From beat by the queue to a worker: votes close and mails go out only while that works."""
    _kill(site, "postgresql")
    ((moment,),) = site.ask("SELECT clock_timestamp()")
    sign_of_life = f"SELECT 1 FROM heartbeat WHERE seen_at > '{moment}'"
    eventually(lambda: site.ask(sign_of_life), 30)
