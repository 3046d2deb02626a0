"""The whole program as a new user starts it, for the tests in a browser."""

from __future__ import annotations

import html
import inspect
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from participatie.run.postgres import Role, database_url

T = TypeVar("T")

PROGRAM = Path(sys.executable).parent / "participatie"
ROOT = Path(__file__).parent.parent.parent
READY = "participatie draait:"
PATIENCE = 90


class Site:
    """A running demo: its address, its data, and everything it has logged."""

    def __init__(
        self, port: int, directory: Path, data_dir: Path, process: subprocess.Popen[bytes]
    ) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.directory = directory
        self.data_dir = data_dir
        self.process = process
        self.started_in = 0.0

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    def fetch(self, path: str) -> str:
        """The text of a page, for a reader who is not logged in."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def mail(self, subject: str, to: str) -> str:
        """The page of the mail with this subject to `to` (an address as the post page shows it).

        The worker has 20 seconds to send it.
        """
        line = re.compile(
            rf'href="([^"]+)">{re.escape(subject)}</a>\s*<p[^>]*>[^<]*{re.escape(to)}'
        )
        found = eventually(lambda: line.search(html.unescape(self.fetch("/demo/post"))), 20)
        return html.unescape(self.fetch(found[1]))

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """What the database answers to its owner; nothing when it only changes something."""
        url = database_url(self.data_dir, Role.OWNER).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            answer = connection.execute(question)
            return answer.fetchall() if answer.description else []

    def end_votes(self, which: str) -> None:
        """Let the time of votes be over, which only the owner of the database can do."""
        self.ask(
            "BEGIN; SET CONSTRAINTS ALL IMMEDIATE;"
            " ALTER TABLE vote_round DISABLE TRIGGER keep_closing_time;"
            f" UPDATE vote_round SET closes_at = clock_timestamp() WHERE {which};"
            " ALTER TABLE vote_round ENABLE TRIGGER keep_closing_time; COMMIT"
        )

    def run(self, *words: str) -> str:
        """What a command prints while the system runs; it must succeed."""
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=ROOT,
            env=_environment({"DATA_DIR": str(self.data_dir), "BASE_URL": self.address}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def eventually(look: Callable[[], T | None], seconds: float) -> T:
    """What `look` finds, as soon as it finds something; it is asked for `seconds` at most."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {inspect.getsource(look)}"
        time.sleep(0.25)
    return found


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of who runs the tests redirects the program."""
    strange = ("PG", "DATABASE", "BROKER", "SECRET", "SMTP")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return kept | {"APP_ENV": "demo"} | settings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_site(**environment: str) -> Iterator[Site]:
    """`participatie run` on an empty data directory until the block ends; it must stop cleanly."""
    directory = Path(tempfile.mkdtemp(prefix="participatie-e2e-"))
    directory.chmod(0o755)
    port = free_port()
    settings = {"PORT": str(port), "DATA_DIR": str(directory / "data"), **environment}
    start = time.monotonic()
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, "run"],
            cwd=ROOT,
            env=_environment(settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(port, directory, Path(settings["DATA_DIR"]), process)
    try:
        _wait_until_ready(site)
        site.started_in = time.monotonic() - start
        yield site
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, site.log[-3000:]
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        shutil.rmtree(directory, ignore_errors=True)


def _wait_until_ready(site: Site) -> None:
    deadline = time.monotonic() + PATIENCE
    while READY not in site.log:
        assert site.process.poll() is None, f"it ended:\n{site.log[-3000:]}"
        assert time.monotonic() < deadline, f"not ready in {PATIENCE} s:\n{site.log[-3000:]}"
        time.sleep(0.1)
