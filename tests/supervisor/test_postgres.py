"""The embedded PostgreSQL itself, without a supervisor."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from participatie.run import binaries, postgres
from participatie.run.binaries import find_binaries, may_reach
from participatie.run.children import Account, spawn
from participatie.run.errors import RunError
from participatie.run.postgres import Postgres, Role, is_ready
from tests.supervisor.conftest import ROOT, eventually

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="needs root: it starts a server as nobody")
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def running(server: Postgres) -> Iterator[Postgres]:
    server.prepare()
    try:
        server.start()
        server.wait_ready()
        server.create_roles()
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(made_dir: Path) -> Iterator[Postgres]:
    server = Postgres(made_dir)
    yield server
    server.stop()


def connect(server: Postgres, role: str) -> psycopg.Connection:
    return psycopg.connect(server.url(role).replace("+psycopg", ""), autocommit=True)


def server_user() -> int:
    return pwd.getpwnam("nobody").pw_uid if AS_ROOT else os.geteuid()


def test_owner_may_make_tables_and_web_may_only_what_it_was_granted(server: Postgres) -> None:
    with running(server), connect(server, Role.OWNER) as owner, connect(server, Role.WEB) as web:
        owner.execute("CREATE TABLE board (leaf text); GRANT INSERT ON board TO web")
        web.execute("INSERT INTO board VALUES ('one')")

        for statement in ("DELETE FROM board", "SELECT * FROM board", "CREATE TABLE mine (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("CREATE ROLE more")


@pytest.mark.parametrize(
    "bin_dir",
    [
        None,
        pytest.param(
            DEBIAN_15,
            marks=pytest.mark.skipif(
                not DEBIAN_15.exists(), reason="no PostgreSQL 15: apt install postgresql-15"
            ),
        ),
    ],
)
def test_every_version_stores_utf8_and_knows_the_case_of_dutch_letters(
    data_dir: Path, bin_dir: Path | None
) -> None:
    with (
        running(Postgres(data_dir, bin_dir=bin_dir, durable=False)) as server,
        connect(server, Role.WEB) as web,
    ):
        row = web.execute("SELECT upper('coördinatie één'), 'É' ILIKE 'é'").fetchone()
        encoding = web.execute("SHOW server_encoding").fetchone()

    assert row == ("COÖRDINATIE ÉÉN", True)
    assert encoding == ("UTF8",)


def test_a_durable_server_keeps_every_safety_of_postgresql_on(server: Postgres) -> None:
    with running(server):
        shown = {
            name: server.psql(f"SHOW {name}").strip()
            for name in (
                *("fsync", "synchronous_commit", "full_page_writes", "data_checksums"),
                *("listen_addresses", "unix_socket_permissions"),
            )
        }

    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
    }


def test_settings_of_the_caller_come_last(made_dir: Path) -> None:
    with running(Postgres(made_dir, settings={"max_connections": "63"})) as server:
        assert server.psql("SHOW max_connections").strip() == "63"


def test_what_was_committed_is_there_after_a_stop_and_after_a_kill(server: Postgres) -> None:
    with running(server), connect(server, Role.OWNER) as owner:
        owner.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    with running(server), connect(server, Role.OWNER) as owner:
        owner.execute("INSERT INTO kept VALUES (2)")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
    eventually(lambda: not server.ready(), "not ready")
    with running(server), connect(server, Role.OWNER) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (2,)


def test_its_directories_are_closed_to_others(made_dir: Path) -> None:
    for directory in (made_dir / "run", *made_dir.glob("pg*")):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert directory.stat().st_uid == server_user()


@only_root
def test_another_user_cannot_connect_even_the_one_the_server_runs_as(server: Postgres) -> None:
    with running(server):
        psql = server.program("psql")
        words = [psql, "-X", "-h", str(server.data_dir / "run"), "-U", "postgres", "-c", "SELECT 1"]
        for user in ("nobody", "daemon"):
            answer = subprocess.run(
                words, user=user, extra_groups=[], cwd="/", capture_output=True, check=False
            )
            assert answer.returncode == 2
            assert b"1 row" not in answer.stdout


def test_asking_whether_it_is_ready_leaves_no_line_in_its_log(
    server: Postgres, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        server.start(output.fileno())
    try:
        for _ in range(100):
            server.ready()
            time.sleep(0.005)
        server.wait_ready()
    finally:
        server.stop()

    assert "FATAL" not in log.read_text()
    assert "connection" not in log.read_text().replace("ready to accept connections", "")


def test_half_a_cluster_of_a_killed_start_is_made_anew(data_dir: Path) -> None:
    server = Postgres(data_dir, durable=False)
    half = data_dir / f"pg{server._major}.new"
    half.mkdir()
    (half / "PG_VERSION").touch()

    with running(server):
        assert not half.exists()


def test_a_stale_pid_of_a_foreign_process_does_not_keep_it_from_starting(
    server: Postgres, made_dir: Path
) -> None:
    account = Account("nobody", server_user(), pwd.getpwuid(server_user()).pw_gid)
    stranger = spawn(
        [str(shutil.which("sleep")), "1000"],
        env=os.environ,
        output=subprocess.DEVNULL,
        account=account if AS_ROOT else None,
    )
    try:
        for name in (f"pg{server._major}/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            path = made_dir / name
            path.write_text(f"{stranger.pid}\n{made_dir}\n1\n5432\n{made_dir}\n\n1 2\nready\n")
            os.chown(path, account.uid, account.gid)
        assert not is_ready(made_dir)

        with running(server):
            assert server.psql("SELECT 1").strip() == "1"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_outlived_its_supervisor_is_ended_first(
    server: Postgres, made_dir: Path
) -> None:
    orphan = server.start()
    server.wait_ready()
    second = Postgres(made_dir)

    with running(second):
        assert orphan.wait(10) == 0
        assert second.psql("SELECT 1").strip() == "1"


def test_killing_the_process_that_started_it_shuts_it_down_in_order(made_dir: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from participatie.run.postgres import Postgres\n"
        "server = Postgres(Path(sys.argv[1])); server.prepare(); server.start()\n"
        "server.wait_ready(); print('ready', flush=True); time.sleep(1000)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(made_dir)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"ready\n"
    pid = int(next(made_dir.glob("pg*/postmaster.pid")).read_text().split()[0])
    postmaster = psutil.Process(pid)

    starter.kill()
    starter.wait()
    starter.stdout.close()

    eventually(lambda: not postmaster.is_running(), "PostgreSQL has ended")
    control = subprocess.run(
        [find_binaries(None).path("pg_controldata"), str(next(made_dir.glob("pg??")))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cluster state:               shut down\n" in control.stdout


def test_a_server_that_cannot_start_is_an_error_and_not_a_wait(server: Postgres) -> None:
    server = Postgres(server.data_dir, settings={"max_connections": "many"})
    server.start()

    with pytest.raises(RunError, match="ended with exit code 1 while starting"):
        server.wait_ready()


def test_the_database_of_another_version_is_not_silently_left_aside(data_dir: Path) -> None:
    (data_dir / "pg14").mkdir()

    with pytest.raises(RunError, match="holds a database of PostgreSQL 14"):
        Postgres(data_dir).prepare()


def test_a_path_too_long_for_a_socket_is_refused(data_dir: Path) -> None:
    long = data_dir / ("x" * 80)

    with pytest.raises(RunError, match="too long for a unix socket"):
        Postgres(long, durable=False).prepare()


def test_a_refused_script_is_an_error_with_the_reason(server: Postgres) -> None:
    with running(server), pytest.raises(RunError, match='"nothing" does not exist'):
        server.psql("SELECT * FROM nothing")


def test_no_programs_at_the_given_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="PARTICIPATIE_PG_BIN: there is no program postgres in"):
        find_binaries(tmp_path)


def test_without_the_wheel_the_sentence_says_what_to_do() -> None:
    """`python -S` sees the standard library and participatie only."""
    script = (
        "from participatie.run.binaries import find_binaries; from participatie.run.errors "
        "import RunError\ntry: find_binaries(None)\nexcept RunError as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert said.startswith("There is no PostgreSQL to start: give DATABASE_URL, or ")


def test_finding_the_programs_does_not_import_the_package() -> None:
    find_binaries(None)

    assert binaries.PACKAGE not in sys.modules


@only_root
def test_as_root_programs_that_nobody_cannot_reach_are_copied_once(made_dir: Path) -> None:
    """The wheel in an environment below root's home, by hard links in a closed directory."""
    wheel = find_binaries(None).bin_dir.parent.parent
    with tempfile.TemporaryDirectory(prefix="closed-", dir=wheel.parent) as closed:
        for tree in (wheel, wheel.with_name(binaries.LIBRARIES)):
            shutil.copytree(tree, Path(closed, tree.name), copy_function=os.link)
        bin_dir = Path(closed, wheel.name, binaries.INSIDE_PACKAGE)
        server = Postgres(made_dir, bin_dir=bin_dir)
        with running(server):
            assert server.psql("SELECT 1").strip() == "1"
            assert made_dir / "bin" in Path(server.program("postgres")).parents
        copies = list((made_dir / "bin").iterdir())
        server.prepare()

        assert stat.S_IMODE(Path(closed).stat().st_mode) == 0o700
        assert list((made_dir / "bin").iterdir()) == copies
        assert len(copies) == 1


@only_root
def test_as_root_a_directory_that_nobody_can_reach_is_refused_and_left_as_it_is() -> None:
    with tempfile.TemporaryDirectory() as closed:
        with pytest.raises(RunError, match="PostgreSQL runs as nobody, who cannot reach"):
            Postgres(Path(closed, "var")).prepare()
        assert stat.S_IMODE(Path(closed).stat().st_mode) == 0o700


@only_root
def test_the_database_of_another_user_is_refused_and_left_as_it_is(data_dir: Path) -> None:
    theirs = data_dir / f"pg{Postgres(data_dir)._major}"
    theirs.mkdir()
    (data_dir / "run").mkdir()

    with pytest.raises(RunError, match=f"{theirs} belongs to another user"):
        Postgres(data_dir).prepare()
    assert (data_dir / "run").stat().st_uid == 0


@only_root
def test_as_root_an_empty_directory_is_opened_just_far_enough() -> None:
    with tempfile.TemporaryDirectory() as made_for_us:
        Postgres(Path(made_for_us), durable=False).prepare()

        assert stat.S_IMODE(Path(made_for_us).stat().st_mode) == 0o711


@pytest.fixture
def small_disk(data_dir: Path) -> Iterator[Path]:
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", str(data_dir)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("needs root and the right to mount a small disk")
    yield data_dir
    subprocess.run(["umount", "--lazy", str(data_dir)], check=True)


def test_a_full_disk_is_one_sentence(small_disk: Path) -> None:
    with pytest.raises(RunError, match=r"is full: 20 MB free, 200 MB needed\."):
        Postgres(small_disk).prepare()


def test_a_disk_that_fills_up_during_the_set_up_is_one_sentence_and_leaves_no_half_cluster(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ROOM_FOR_A_NEW_CLUSTER", 0)

    with pytest.raises(RunError, match=r"cannot be set up in .* No space left on device"):
        Postgres(small_disk).prepare()
    assert not list(small_disk.glob("pg*"))


def test_a_reachable_program_is_told_from_an_unreachable_one(tmp_path: Path) -> None:
    if not AS_ROOT:
        pytest.skip("needs root: it asks on behalf of nobody")
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid)

    assert may_reach(account, "/bin/sh")
    assert not may_reach(account, str(tmp_path))


def test_it_stops_at_once_when_asked_by_signal(server: Postgres) -> None:
    process = server.start()
    server.wait_ready()

    process.send_signal(signal.SIGINT)

    assert process.wait(10) == 0
