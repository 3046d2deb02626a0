"""Starting, watching and ending one child process."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from participatie.run import tether
from participatie.run.errors import RunError
from participatie.run.log import Log
from participatie.run.turn import Turn

DEATHS_ALLOWED = 5
DEATHS_WITHIN = 60.0
FIRST_PAUSE = 0.1
LAST_LINES = 1.0


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system user that a program becomes."""

    name: str
    uid: int
    gid: int


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: int,
    dies_by: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    cwd: str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `argv` in a session of its own, with both outputs to the descriptor `output`.

    The program is an absolute path; when it cannot be started, the exit code is 127.
    On Linux it gets the signal `dies_by` when the calling thread ends, so call this from a
    thread that lives as long as the program should: the main one.
    """
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    wrapper = [sys.executable, "-I", "-S", tether.__file__]
    return subprocess.Popen(  # noqa: S603 - our own tables of programs
        [*wrapper, str(os.getpid()), str(int(dies_by)), str(uid), str(gid), *argv],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        pass_fds=pass_fds,
        cwd=cwd,
    )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Sends a signal to what is left of the process group that `process` leads or led."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):  # macOS: EPERM when only zombies are left
        return


def how_it_ended(code: int) -> str:
    """`code` of a finished process in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: the same fields for a service that must live and a step that must finish.

    `start` gets the descriptor that the program shall write to. `patience` is how many seconds
    it has to end after `stop_signal`. What has a `turn` may be started before it has come.
    """

    name: str
    start: Callable[[int], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    turn: Turn | None = None


class Child:
    """A program that was started, its process, and the deaths it died."""

    def __init__(self, program: Program, log: Log) -> None:
        self.name = program.name
        self._program = program
        self._log = log
        self._deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED + 1)
        self._restart_at: float | None = None
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        reader, writer = os.pipe()
        try:
            process = self._program.start(writer)
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._last_lines = self._log.follow(self.name, os.fdopen(reader, "rb"))
        return process

    def code(self) -> int | None:
        """The exit code of the process once it has ended."""
        return self._process.poll()

    def mend(self) -> float | None:
        """Restarts the process when it has died and its pause is over.

        In that pause its own children may finish what they do; then they are killed. Returns
        the seconds until that moment, None when the process runs. Raises `RunError` when it
        died more than `DEATHS_ALLOWED` times within `DEATHS_WITHIN` seconds.
        """
        now = time.monotonic()
        if self._restart_at is None:
            code = self.code()
            if code is None:
                return None
            signal_group(self._process, signal.SIGTERM)
            self._restart_at = now + self._pause_after_death(code, now)
        if now < self._restart_at:
            return self._restart_at - now
        self.kill()
        self._restart_at = None
        self._process = self._start()
        return None

    def _pause_after_death(self, code: int, now: float) -> float:
        self._deaths.append(now)
        recent = sum(now - death < DEATHS_WITHIN for death in self._deaths)
        if recent > DEATHS_ALLOWED:
            raise RunError(
                f"{self.name} {how_it_ended(code)} for the {recent}th time in "
                f"{DEATHS_WITHIN:.0f} seconds, so everything stops; its lines above say why."
            )
        pause = FIRST_PAUSE * 2.0 ** (recent - 1)
        self._log.say(f"{self.name} {how_it_ended(code)}; it starts again in {pause:.1f} s")
        return pause

    def ask_to_stop(self) -> float:
        """Sends the stop signal; returns how many seconds the process may take."""
        if self.code() is not None:
            return 0.0
        self._process.send_signal(self._program.stop_signal)
        return self._program.patience

    def kill(self) -> None:
        """Ends the process and its group at once; its last lines are in the log."""
        signal_group(self._process, signal.SIGKILL)
        self._process.wait()
        self._last_lines.join(LAST_LINES)


def command(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    dies_by: signal.Signals = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> Callable[[int], subprocess.Popen[bytes]]:
    """The `start` of a `Program` that is simply a command."""
    return lambda output: spawn(argv, env=env, output=output, dies_by=dies_by, pass_fds=pass_fds)


def is_running(argv0: str, argument: str, pid: int) -> bool:
    """Whether process `pid` is a program named `argv0` that has `argument` on its command line."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            words = (proc / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return False
    else:
        shown = subprocess.run(  # noqa: S603 - our own arguments
            ["/bin/ps", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        words = shown.stdout.split()
    return bool(words) and Path(words[0]).name == argv0 and argument in words


def at_work_in(directory: Path, argv0: str) -> list[int]:
    """The processes that call themselves `argv0` and work in `directory`; none without /proc."""
    found, place = [], directory.resolve()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if (process / "cwd").readlink() != place:
                continue
        except OSError:
            continue  # it has ended, or belongs to somebody else
        if Path(words[0].partition(":")[0]).name == argv0:
            found.append(int(process.name))
    return found
