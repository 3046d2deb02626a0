"""The whole program as a new user starts it, for the tests in a browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
READY = "participatie draait:"
PATIENCE = 90


class Site:
    """A running demo: its address, its data, and everything it has logged."""

    def __init__(self, port: int, directory: Path, process: subprocess.Popen[bytes]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.directory = directory
        self.process = process
        self.started_in = 0.0

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    def fetch(self, path: str) -> str:
        """The text of a page, for a reader who is not logged in."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read().decode()


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
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "DATABASE", "BROKER"))}
    keep |= {"PORT": str(port), "DATA_DIR": str(directory / "data"), "APP_ENV": "demo"}
    start = time.monotonic()
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "participatie", "run"],
            cwd=ROOT,
            env={**keep, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(port, directory, process)
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
