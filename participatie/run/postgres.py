"""A PostgreSQL of our own in the data directory, reachable by one unix socket only."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from participatie.run.binaries import find_binaries, may_reach, reachable
from participatie.run.children import (
    Account,
    at_work_in,
    how_it_ended,
    is_running,
    signal_group,
    spawn,
)
from participatie.run.data_dir import open_data_dir
from participatie.run.errors import RunError

DATABASE = "participatie"
SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103
STATUS_LINE = 7
BUILTIN_LOCALE_SINCE = 17
MEGABYTE = 1024 * 1024
ROOM_FOR_A_NEW_CLUSTER = 200 * MEGABYTE
ROOM_TO_GO_ON = 32 * MEGABYTE
ORPHANS_TAKE = 10.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "[%p] %q%u@%d ",
    "log_error_verbosity": "terse",  # the rest of an error quotes rows, which hold personal data
}
# A crash of the machine may cost everything: for tests only.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

ROLES_AND_DATABASE = """
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY['owner', 'web']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \\gexec
SELECT 'CREATE DATABASE participatie OWNER owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'participatie') \\gexec
REVOKE ALL ON DATABASE participatie FROM PUBLIC;
GRANT CONNECT ON DATABASE participatie TO web;
"""


class Role(StrEnum):
    """The database roles: `OWNER` migrates and seeds, `WEB` is for the web and the worker."""

    OWNER = "owner"
    WEB = "web"


def database_url(data_dir: Path, role: str, dbname: str = DATABASE) -> str:
    """The address, for SQLAlchemy, of the PostgreSQL that runs in `data_dir`."""
    return f"postgresql+psycopg://{role}@/{dbname}?host={quote(str(data_dir / 'run'))}"


def is_ready(data_dir: Path) -> bool:
    """Whether the PostgreSQL of `data_dir` takes connections; asks without a line in its log."""
    try:
        states = [
            path.read_text().splitlines()[STATUS_LINE].strip()
            for path in data_dir.glob("pg*/postmaster.pid")
        ]
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(data_dir / "run" / SOCKET))
    except (OSError, IndexError):
        return False
    return states == ["ready"]


class Postgres:
    """One cluster in `data_dir` and the server on it.

    The caller holds the lock of the data directory. As root the server runs as `nobody`, which
    must be able to reach `data_dir`. `durable=False` trades safety for speed: tests only.
    `settings` come on top of `SETTINGS`. `bin_dir` is as in `find_binaries`.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        bin_dir: Path | None = None,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.process: subprocess.Popen[bytes] | None = None
        self._found = find_binaries(bin_dir)
        self._durable = durable
        self._major = self._found.major()
        self._cluster = data_dir / f"pg{self._major}"
        self.socket_dir = data_dir / "run"
        self._account = _server_account()
        self._binaries = self._found
        self._settings = SETTINGS | ({} if durable else NOT_DURABLE) | dict(settings or {})

    def prepare(self) -> None:
        """Makes everything that must lie there before the first start; harmless when repeated."""
        open_data_dir(self.data_dir)
        self._check_place()
        self._check_room()
        try:
            self._binaries = reachable(self._found, self._account, self.data_dir / "bin")
            self._own_directory(self.socket_dir)
            if not self._cluster.exists():
                self._make_cluster()
            self._write_who_may_enter()
        except OSError as error:
            raise RunError(
                f"PostgreSQL cannot use {self.data_dir}: {error.strerror} ({error.filename})."
            ) from None

    def start(self, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Starts the server after clearing what a killed one left; its log goes to `output`."""
        self._clear_stale_pid()
        self._end_orphans()
        settings = [f"{name}={value}" for name, value in self._settings.items()]
        self.process = spawn(
            [
                self._binaries.path("postgres"),
                *("-D", str(self._cluster), "-k", str(self.socket_dir)),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            env=client_environment(),
            output=output,
            dies_by=signal.SIGINT if self._durable else signal.SIGQUIT,
            account=self._account,
            cwd="/",
        )
        return self.process

    def program(self, name: str) -> str:
        """The path of a program of this PostgreSQL: `pg_dump`, `psql`."""
        return self._binaries.path(name)

    def ready(self) -> bool:
        """Whether the server takes connections."""
        return is_ready(self.data_dir)

    def wait_ready(self) -> None:
        """Waits until the server takes connections, however long recovery takes.

        Raises `RunError` when the server ends instead.
        """
        while not self.ready():
            code = self.process.poll() if self.process else None
            if code is not None:
                raise RunError(f"PostgreSQL {how_it_ended(code)} while starting; its log says why.")
            time.sleep(0.02)

    def create_roles(self) -> None:
        """Makes the database and its two roles in the running server; harmless when repeated."""
        self.psql(ROLES_AND_DATABASE)

    def psql(self, script: str, dbname: str = "postgres") -> str:
        """The output of `script`, run as superuser with psql. Raises `RunError` when it fails."""
        done = subprocess.run(  # noqa: S603 - our own program and script
            [
                *(self._binaries.path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
                *("-h", str(self.socket_dir), "-U", SUPERUSER, "-d", dbname),
            ],
            input=script,
            env=client_environment(),
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for us to answer
        )
        if done.returncode:
            raise RunError(f"PostgreSQL refused: {complaint(done.stderr)}")
        return done.stdout

    def stop(self, patience: float = 60.0) -> None:
        """Ends the server: open transactions are rolled back, nothing committed is lost."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if self._durable else signal.SIGQUIT)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                signal_group(self.process, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def url(self, role: str, dbname: str = DATABASE) -> str:
        """The address for SQLAlchemy, as `role`."""
        return database_url(self.data_dir, role, dbname)

    def _check_place(self) -> None:
        if self._account and not may_reach(self._account, str(self.data_dir)):
            raise RunError(
                f"Started by root, PostgreSQL runs as {self._account.name}, who cannot reach "
                f"{self.data_dir}: start as an ordinary user or choose another DATA_DIR."
            )
        server = self._account.uid if self._account else os.geteuid()
        if self._cluster.exists() and self._cluster.stat().st_uid != server:
            raise RunError(
                f"{self._cluster} belongs to another user: start participatie as the user who "
                "made it."
            )
        path = self.socket_dir / SOCKET
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            raise RunError(
                f"The path {path} is too long for a unix socket (at most {LONGEST_SOCKET_PATH} "
                "bytes): choose a shorter DATA_DIR."
            )
        for other in self.data_dir.glob("pg*"):
            if re.fullmatch(r"pg\d+", other.name) and other != self._cluster:
                raise RunError(
                    f"{self.data_dir} holds a database of PostgreSQL {other.name[2:]}, and the "
                    f"programs at hand are of version {self._major}: use the old ones, or upgrade."
                )

    def _check_room(self) -> None:
        needed = ROOM_TO_GO_ON if self._cluster.exists() else ROOM_FOR_A_NEW_CLUSTER
        free = shutil.disk_usage(self.data_dir).free
        if free < needed:
            raise RunError(
                f"The disk of {self.data_dir} is full: {free // MEGABYTE} MB free, "
                f"{needed // MEGABYTE} MB needed."
            )

    def _own_directory(self, path: Path) -> None:
        """Makes `path`, for the eyes of the server only."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _make_cluster(self) -> None:
        """Runs initdb beside the final place, so that half a cluster is never taken for one."""
        unfinished = self._cluster.with_suffix(".new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._own_directory(unfinished)
        reader, writer = os.pipe()
        initdb = spawn(
            [
                *(self._binaries.path("initdb"), "-D", str(unfinished), "-U", SUPERUSER),
                *("--encoding=UTF8", "--data-checksums", "--no-instructions"),
                *("--auth-local=peer", "--auth-host=reject"),
                *_locale(self._major),
                *(() if self._durable else ("--no-sync",)),
            ],
            env=client_environment(),
            output=writer,
            account=self._account,
            cwd="/",
        )
        os.close(writer)
        with os.fdopen(reader) as stream:
            said = stream.read()
        if initdb.wait():
            shutil.rmtree(unfinished, ignore_errors=True)
            raise RunError(f"PostgreSQL cannot be set up in {self.data_dir}: {complaint(said)}")
        unfinished.rename(self._cluster)

    def _write_who_may_enter(self) -> None:
        """Only the operating-system user who runs participatie may connect, in any role."""
        us = pwd.getpwuid(os.geteuid()).pw_name
        roles = (SUPERUSER, *Role)
        self._write("pg_hba.conf", "local all all peer map=participatie\n")
        self._write("pg_ident.conf", "".join(f'participatie "{us}" "{role}"\n' for role in roles))

    def _write(self, name: str, text: str) -> None:
        path = self._cluster / name
        if path.read_text() == text:
            return
        unfinished = path.with_suffix(".new")
        unfinished.write_text(text)
        unfinished.chmod(0o600)
        if self._account:
            os.chown(unfinished, self._account.uid, self._account.gid)
        unfinished.rename(path)

    def _clear_stale_pid(self) -> None:
        """Ends a server that outlived its supervisor; forgets a process id that is not a server.

        PostgreSQL sees for itself that a process id is dead, but takes any living process of
        the same user for a server, as happens in a restarted container.
        """
        path = self._cluster / "postmaster.pid"
        try:
            pid = int(path.read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return
        except PermissionError:
            pass
        if not is_running("postgres", str(self._cluster), pid):
            path.unlink()
            (self.socket_dir / f"{SOCKET}.lock").unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 60
        while is_running("postgres", str(self._cluster), pid):
            if time.monotonic() > deadline:
                raise RunError(
                    f"An old PostgreSQL (process {pid}) on {self._cluster} will not end."
                )
            time.sleep(0.05)

    def _end_orphans(self) -> None:
        """Ends what is left of a server that was killed: no other server starts beside it.

        Such a process ends by itself as soon as it sees that its server is gone; one that stands
        still does not. What cannot be ended is named in the log of the new server.
        """
        deadline = time.monotonic() + ORPHANS_TAKE
        while orphans := at_work_in(self._cluster, "postgres"):
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)


def _server_account() -> Account | None:
    """Whom the server runs as: None is ourselves; PostgreSQL refuses to run as root."""
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            return Account("nobody", nobody.pw_uid, nobody.pw_gid)
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise RunError(
            "PostgreSQL needs a user with a name: the embedded one cannot run here, "
            "give DATABASE_URL."
        ) from None
    return None


def _locale(major: int) -> tuple[str, ...]:
    """The same sorting and case rules on every machine."""
    if major >= BUILTIN_LOCALE_SINCE:
        return ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return ("--locale=C.UTF-8",)


def client_environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables or language reaches PostgreSQL's programs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def complaint(output: str) -> str:
    """The line of a program's output that says what went wrong."""
    lines = output.strip().splitlines() or ["it gave no reason"]
    telling = [line for line in lines if re.search(r"(error|ERROR|FATAL|PANIC):", line)]
    return (telling or lines[-1:])[0].strip()
