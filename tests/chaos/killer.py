"""Killing parts of a running system with -9, each no more often than the supervisor forgives."""

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


class Killer(threading.Thread):
    """Kills until it is told to stop; `kills` says how often what was killed."""

    def __init__(self, site: Site, *, seed: int) -> None:
        super().__init__(daemon=True)
        self.kills: Counter[str] = Counter()
        self._site = site
        self._chance = random.Random(seed)
        self._stopping = threading.Event()

    def run(self) -> None:
        start = time.monotonic()
        due = {
            name: start + pause * self._chance.uniform(0.1, 0.5)
            for name, (_, _, pause) in PARTS.items()
        }
        while not self._stopping.wait(0.05):
            for name, (word, depth, pause) in PARTS.items():
                if time.monotonic() > due[name]:
                    due[name] = time.monotonic() + pause * self._chance.uniform(0.9, 1.3)
                    self._kill(name, word, depth)

    def stop(self) -> None:
        self._stopping.set()
        self.join()

    def _kill(self, name: str, word: str, depth: int) -> None:
        with suppress(psutil.NoSuchProcess):
            family = [psutil.Process(self._site.process.pid)]
            for _ in range(depth):
                family = [child for parent in family for child in parent.children()]
            found = [one for one in family if any(word in part for part in one.cmdline()[:4])]
            if found:
                self._chance.choice(found).kill()
                self.kills[name] += 1
