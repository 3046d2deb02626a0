"""Killing parts of a running system with -9, each no more often than the supervisor forgives; and
stopping the database for a while, so that it is there and says nothing."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import suppress

import psutil

from tests.e2e.site import Site

PARTS = {
    "web worker": ("gunicorn", 2, 3.0),
    "web server": ("gunicorn", 1, 20.0),
    "worker": ("celery", 1, 20.0),
    "sealer": ("participatie.votes.sealer", 1, 16.0),
    "postgresql": ("postgres", 1, 18.0),
}
"""Part → a word of its command, how deep it stands below the supervisor, and the seconds between
two kills: a part that dies more than five times in a minute stops everything."""

STOP_PAUSE = 60.0
"""Seconds between two stops of the database."""
STOPPED_FOR = 6.0
"""How long it stands still: longer than anybody waits for an answer."""


class Killer(threading.Thread):
    """Kills until it is told to stop; `kills` says how often what was killed."""

    def __init__(self, site: Site, *, seed: int) -> None:
        super().__init__(daemon=True)
        self.kills: Counter[str] = Counter()
        self._site = site
        self._chance = random.Random(seed)
        self._stopping = threading.Event()
        self._stopped: list[psutil.Process] = []

    def run(self) -> None:
        start = time.monotonic()
        due = {
            name: start + pause * self._chance.uniform(0.1, 0.5)
            for name, (_, _, pause) in PARTS.items()
        }
        stops_at, goes_on_at = start + STOP_PAUSE * self._chance.uniform(0.05, 0.2), 0.0
        while not self._stopping.wait(0.05):
            if time.monotonic() > stops_at:
                self._stop_database()
                goes_on_at = time.monotonic() + STOPPED_FOR
                stops_at = goes_on_at + STOP_PAUSE
            if self._stopped and time.monotonic() > goes_on_at:
                self._let_go_on()
            for name, (word, depth, pause) in PARTS.items():
                if time.monotonic() > due[name]:
                    due[name] = time.monotonic() + pause * self._chance.uniform(0.9, 1.3)
                    self._kill(name, word, depth)

    def stop(self) -> None:
        self._stopping.set()
        self.join()
        self._let_go_on()

    def _stop_database(self) -> None:
        """Stop it, unless it was killed a moment ago and is not back."""
        with suppress(psutil.NoSuchProcess):
            programs = psutil.Process(self._site.process.pid).children()
            for server in [one for one in programs if "postgres" in "".join(one.cmdline()[:1])]:
                self._stopped = [server, *server.children(recursive=True)]
                for process in self._stopped:
                    process.suspend()
                self.kills["postgresql stopped"] += 1

    def _let_go_on(self) -> None:
        """What was killed meanwhile is gone; a part of it that was not stands still still."""
        while self._stopped:
            with suppress(psutil.NoSuchProcess):
                self._stopped.pop().resume()

    def _kill(self, name: str, word: str, depth: int) -> None:
        with suppress(psutil.NoSuchProcess):
            family = [psutil.Process(self._site.process.pid)]
            for _ in range(depth):
                family = [child for parent in family for child in parent.children()]
            found = [one for one in family if any(word in part for part in one.cmdline()[:4])]
            if found:
                self._chance.choice(found).kill()
                self.kills[name] += 1
