"""Starting the supervisor over toy programs, and looking at what it leaves."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil
import pytest

from participatie.run.postgres import Postgres

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NO_DATABASE = "postgresql://nobody.invalid/none"
PATIENCE = 20.0


def eventually(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Waits until `condition` holds; fails with `what` when it takes too long."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        time.sleep(0.02)


@dataclass
class System:
    """One supervisor that was started as a program."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    log_file: Path
    family: set[psutil.Process] = field(default_factory=set)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def said(self, text: str) -> bool:
        return text in self.log()

    def wait_for(self, text: str) -> None:
        eventually(lambda: self.said(text) or self.process.poll() is not None, text)
        assert self.said(text), self.log()

    def running(self) -> "System":
        """Waits until the last line of a start was said."""
        self.wait_for("participatie draait")
        return self

    def remember(self) -> None:
        """Notes every process of the system, to see later that none is left."""
        supervisor = psutil.Process(self.process.pid)
        self.family |= {supervisor, *supervisor.children(recursive=True)}

    def left(self) -> list[psutil.Process]:
        """The noted processes that still live."""
        return [
            each
            for each in self.family
            if each.is_running() and each.status() != psutil.STATUS_ZOMBIE
        ]

    def pid(self, name: str) -> int:
        """The process id of the newest process of a program."""
        if name == "postgres":
            return int(next(self.data_dir.glob("pg*/postmaster.pid")).read_text().split()[0])
        return int(re.findall(rf"{name} +\| pid (\d+)", self.log())[-1])

    def get(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
            return str(answer.read().decode())

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Sends the signal; the exit code."""
        self.remember()
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        return self.process.wait(PATIENCE)


class Launch(Protocol):
    def __call__(
        self,
        *,
        real_database: bool = False,
        runner: Sequence[str] = ...,
        piped: bool = False,
        **environment: str,
    ) -> System: ...


@contextmanager
def short_directory() -> Iterator[Path]:
    """An empty directory with a short path that the server's own user can reach."""
    path = Path(tempfile.mkdtemp(prefix="run-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data directory."""
    with short_directory() as path:
        yield path


@pytest.fixture(scope="session")
def made_dir() -> Iterator[Path]:
    """A data directory with a cluster in it, on which no server runs; tests leave it so."""
    with short_directory() as path:
        Postgres(path).prepare()
        yield path


@pytest.fixture
def port() -> int:
    """A free port, outside the range from which the system takes ports for connections; by
    chance, because other workers and other runs on the machine look for one too."""
    while True:
        number = random.randrange(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number


@pytest.fixture
def launch(data_dir: Path, port: int) -> Iterator[Launch]:
    """Starts toy systems; whatever a test leaves is killed afterwards."""
    systems: list[System] = []

    def start(
        *,
        real_database: bool = False,
        runner: Sequence[str] = (sys.executable,),
        piped: bool = False,
        **environment: str,
    ) -> System:
        log_file = data_dir.parent / f"{data_dir.name}-{len(systems)}.log"
        database = {} if real_database else {"DATABASE_URL": NO_DATABASE}
        defaults = {"DATA_DIR": str(data_dir), "PORT": str(port), "PYTHONPATH": str(ROOT)}
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [*runner, str(HERE / "toy.py")],
                env={"PATH": os.environ["PATH"]} | database | defaults | environment,
                stdout=subprocess.PIPE if piped else log,
                stderr=log,
            )
        systems.append(System(process, data_dir, port, log_file))
        return systems[-1]

    yield start
    for system in systems:
        if system.process.poll() is None:
            system.remember()
            system.process.kill()
        system.process.wait()
        for left in system.left():
            left.kill()
        system.log_file.unlink()
