"""The supervisor with a real PostgreSQL, a real gunicorn, and as another user."""

import os
import pwd
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from participatie.config import Config, Environment
from participatie.run.binaries import find_binaries, may_reach
from participatie.run.children import Account
from participatie.run.postgres import Role, database_url
from participatie.run.programs import services
from tests.supervisor.conftest import ROOT, Launch, System, eventually

AS_ROOT = os.geteuid() == 0


def ask(system: System, question: str, role: Role = Role.OWNER) -> object:
    url = database_url(system.data_dir, role).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        answer = connection.execute(question)
        return answer.fetchone() if answer.description else None


def test_the_second_start_finds_what_the_first_left(launch: Launch) -> None:
    first = launch(real_database=True).running()
    ask(first, "CREATE TABLE kept AS SELECT 1 AS n")
    assert "migrate  | url postgresql+psycopg://owner@/participatie?host=" in first.log()
    assert first.get() == "goedendag"
    assert first.stop() == 0
    assert first.left() == []
    assert first.log().splitlines()[-1].endswith("database system is shut down")

    second = launch(real_database=True).running()

    assert ask(second, "SELECT n FROM kept") == (1,)
    assert second.stop(signal.SIGTERM) == 0
    assert second.left() == []


def test_web_and_worker_get_the_role_that_cannot_alter_tables(
    launch: Launch, made_dir: Path
) -> None:
    show = "import os, time; print('url', os.environ['DATABASE_URL'], flush=True); time.sleep(1000)"
    system = launch(
        real_database=True, DATA_DIR=str(made_dir), TOY_WORKER=show, TOY_BEAT=show
    ).running()

    for name in ("worker", "beat"):
        system.wait_for(f"{name:8} | url {database_url(made_dir, 'web')}")
    assert system.stop() == 0


def test_a_killed_postgresql_starts_again_and_keeps_its_data(
    launch: Launch, made_dir: Path
) -> None:
    system = launch(real_database=True, DATA_DIR=str(made_dir)).running()
    system.data_dir = made_dir
    ask(system, "CREATE TABLE IF NOT EXISTS survived AS SELECT 1 AS n")
    before = system.pid("postgres")

    os.kill(before, signal.SIGKILL)
    system.wait_for("postgres was ended by SIGKILL; it starts again")
    eventually(lambda: system.log().count("ready to accept connections") == 2, "recovered")

    assert system.pid("postgres") != before
    assert ask(system, "SELECT n FROM survived") == (1,)
    assert system.stop() == 0


def test_killing_the_supervisor_shuts_postgresql_down_in_order_and_the_next_start_works(
    launch: Launch, made_dir: Path
) -> None:
    system = launch(real_database=True, DATA_DIR=str(made_dir)).running()
    system.remember()

    system.process.kill()
    system.process.wait()

    # Straight on, while the old processes may still be ending.
    again = launch(real_database=True, DATA_DIR=str(made_dir)).running()
    assert not system.left()
    assert not again.said("was not properly shut down")
    assert again.stop() == 0


def test_a_kill_of_everything_at_once_is_recovered_from(launch: Launch, made_dir: Path) -> None:
    system = launch(real_database=True, DATA_DIR=str(made_dir)).running()
    system.remember()

    for each in system.family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    system.process.wait()

    again = launch(real_database=True, DATA_DIR=str(made_dir)).running()
    assert again.get() == "goedendag"
    assert again.stop() == 0


def test_a_small_disk_stops_the_start_with_one_sentence(launch: Launch, data_dir: Path) -> None:
    small = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", str(data_dir)]
    if subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip("needs root and the right to mount a small disk")
    try:
        system = launch(real_database=True)
        assert system.ended() == 1
        assert system.log().splitlines()[-1] == (
            f"participatie: The disk of {data_dir} is full: 19 MB free, 200 MB needed."
        )
    finally:
        subprocess.run(["umount", "--lazy", str(data_dir)], check=True)


ORDINARY = "daemon"


def _python_for(account: Account) -> str:
    """A Python ≥ 3.11 that `account` can start, or a skip that says what is missing."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        recent = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import participatie.run.commands"
        asked = subprocess.run(
            ["/bin/sh", "-c", 'exec "$0" "$@"', candidate, "-c", recent],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        if asked.returncode == 0:
            return candidate
    pytest.skip(f"the user {account.name} can start no Python 3.11 and read this directory")


@pytest.mark.skipif(not AS_ROOT, reason="needs root: it starts the system as another user")
def test_an_ordinary_user_starts_the_same_system(launch: Launch, data_dir: Path) -> None:
    entry = pwd.getpwnam(ORDINARY)
    account = Account(ORDINARY, entry.pw_uid, entry.pw_gid)
    python = _python_for(account)
    bin_dir = find_binaries(None).bin_dir
    if not may_reach(account, str(bin_dir / "postgres")):
        pytest.skip(f"the user {ORDINARY} cannot reach {bin_dir}")
    os.chown(data_dir, account.uid, account.gid)
    become = ("setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")

    system = launch(
        real_database=True, runner=(*become, python), PARTICIPATIE_PG_BIN=str(bin_dir)
    ).running()

    assert system.get() == "goedendag"
    system.remember()
    assert {each.username() for each in system.family} == {ORDINARY}
    assert system.stop() == 0
    assert system.left() == []
    assert (data_dir / "run").stat().st_uid == account.uid


@pytest.mark.skipif(not AS_ROOT, reason="needs root: it starts the system as another user")
def test_a_data_directory_of_somebody_else_is_one_sentence(launch: Launch, data_dir: Path) -> None:
    entry = pwd.getpwnam(ORDINARY)
    account = Account(ORDINARY, entry.pw_uid, entry.pw_gid)
    become = ("setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")

    system = launch(runner=(*become, _python_for(account)))

    assert system.ended() == 1
    assert system.log() == (
        f"participatie: The data directory {data_dir} cannot be written to; "
        "mend its owner or mode.\n"
    )


SITE = """
import os
wsgi_app = "site_of_the_test:create_app()"
def create_app():
    def site(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"from gunicorn"]
    print("pid", os.getpid(), flush=True)
    return site
"""


def test_no_request_is_lost_when_gunicorn_or_its_worker_is_killed(
    launch: Launch, tmp_path: Path
) -> None:
    """The real arguments of the table, with another application behind them."""
    (tmp_path / "site_of_the_test.py").write_text(SITE)
    config = Config(
        environment=Environment.TEST, data_dir=tmp_path, base_url="http://x", secret_key="x"
    )
    words = [
        word.replace("python:participatie.web", "python:site_of_the_test")
        for word in services(config, 999_999)[0].argv[1:]
    ]
    start = (
        f"import os, sys; sys.path.insert(0, {str(tmp_path)!r}); os.chdir({str(tmp_path)!r})\n"
        f"words = {words!r}\n"
        "words = [word.replace('999999', sys.argv[1]) for word in words]\n"
        "os.execv(sys.executable, [sys.executable, *words])"
    )
    system = launch(TOY_WEB=start).running()
    assert system.get() == "from gunicorn"
    system.remember()
    master = next(
        each
        for each in psutil.Process(system.process.pid).children()
        if "gunicorn" in each.cmdline()
    )

    for turn in range(120):
        if turn == 30:
            os.kill(master.children()[0].pid, signal.SIGKILL)
        if turn == 60:
            os.kill(master.pid, signal.SIGKILL)
        assert system.get() == "from gunicorn"
        time.sleep(0.005)

    assert system.said("web was ended by SIGKILL")
    assert system.stop() == 0
    assert system.left() == []


def test_killing_the_supervisor_ends_gunicorn_and_its_workers(
    launch: Launch, tmp_path: Path
) -> None:
    (tmp_path / "site_of_the_test.py").write_text(SITE)
    start = (
        f"import os, sys; os.chdir({str(tmp_path)!r})\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'gunicorn', '--no-control-socket',\n"
        " '-k', 'gthread', '-w', '2', '--bind', 'fd://' + sys.argv[1],\n"
        " 'site_of_the_test:create_app()'])"
    )
    system = launch(TOY_WEB=start).running()
    eventually(lambda: len(re.findall(r"web +\| pid", system.log())) == 2, "two workers")
    system.remember()
    assert len(system.family) >= 6

    system.process.kill()
    system.process.wait()

    eventually(lambda: not system.left(), "all gone", patience=12)
