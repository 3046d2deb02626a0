"""The database for commands, beside a running system and without one."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from participatie.config import Config
from participatie.run.claim import data_lock
from participatie.run.database import database
from participatie.run.errors import RunError
from participatie.run.postgres import Role, is_ready
from participatie.run.programs import Step
from tests.supervisor.conftest import HERE, ROOT, Launch

MIGRATION = Step(name="migrate", argv=(sys.executable, "-c", "pass"))

COMMAND = f"""
import os, sys, time
from pathlib import Path
sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]
import psycopg, toy
from participatie.config import Config
from participatie.run.database import database
with database(Config.from_env(os.environ), role="owner", migrate=toy.TOY_MIGRATION) as config:
    with psycopg.connect(config.database_url.replace("+psycopg", ""), autocommit=True) as open:
        open.execute("SELECT pg_advisory_lock(1)")  # IF NOT EXISTS is not safe by itself
        open.execute("CREATE TABLE IF NOT EXISTS calls (name text)")
        open.execute("SELECT pg_advisory_unlock(1)")
        print("in", flush=True)
        if sys.argv[2:]:
            while not Path(sys.argv[2]).exists():
                time.sleep(0.02)
        open.execute("INSERT INTO calls VALUES (%s)", (sys.argv[1],))
"""


class Command:
    """A command in a process of its own that writes its name into the database."""

    def __init__(self, data_dir: Path, name: str, *wait_for: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, name, *map(str, wait_for)],
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "APP_ENV": "test"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_in(self) -> None:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said == "in\n", said + self.process.stdout.read()

    def ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def succeeds(self) -> None:
        said, _ = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, said


@pytest.fixture
def command() -> Iterator["Start"]:
    commands: list[Command] = []

    def start(data_dir: Path, name: str, *wait_for: Path) -> Command:
        commands.append(Command(data_dir, name, *wait_for))
        return commands[-1]

    yield start
    for each in commands:
        each.process.kill()
        each.process.communicate()


Start = Callable[..., Command]


def settings(data_dir: Path) -> Config:
    return Config.from_env({"APP_ENV": "test", "DATA_DIR": str(data_dir)})


def calls(config: Config) -> list[str]:
    assert config.database_url is not None
    with psycopg.connect(config.database_url.replace("+psycopg", "")) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM calls ORDER BY name")]


def test_a_given_address_is_used_as_it_is(data_dir: Path) -> None:
    config = Config.from_env(
        {"DATABASE_URL": "postgresql://somewhere/else", "DATA_DIR": str(data_dir / "none")}
    )

    with database(config) as same:
        assert same is config
    assert not (data_dir / "none").exists()


def test_without_a_system_it_starts_migrates_and_stops_the_server(made_dir: Path) -> None:
    show = "import os; print(os.environ['DATABASE_URL'])"
    migrate = Step(name="migrate", argv=(sys.executable, "-c", show))

    with database(settings(made_dir), migrate=migrate) as config:
        assert config.database_url is not None
        assert "//web@" in config.database_url
        with psycopg.connect(config.database_url.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert not is_ready(made_dir)
    with data_lock(made_dir) as lock:
        assert lock.take()
    assert "//owner@" in (made_dir / "command.log").read_text()


def test_a_failing_command_stops_the_server_too(made_dir: Path) -> None:
    with pytest.raises(ZeroDivisionError), database(settings(made_dir), migrate=MIGRATION):
        raise ZeroDivisionError

    assert not is_ready(made_dir)


def test_a_failing_migration_is_one_sentence_and_stops_the_server(made_dir: Path) -> None:
    broken = Step(name="migrate", argv=(sys.executable, "-c", "raise SystemExit('broken')"))

    with (
        pytest.raises(RunError, match=r"migrate ended with exit code 1; .*/command\.log says why"),
        database(settings(made_dir), migrate=broken),
    ):
        pytest.fail("nobody may work on a database that is not migrated")

    assert "broken" in (made_dir / "command.log").read_text()
    assert not is_ready(made_dir)


def test_beside_a_running_system_its_server_is_used_and_left_running(
    launch: Launch, made_dir: Path
) -> None:
    system = launch(real_database=True, DATA_DIR=str(made_dir)).running()

    with database(settings(made_dir), role=Role.OWNER) as config:
        assert config.database_url is not None
        with psycopg.connect(config.database_url.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert is_ready(made_dir)
    assert system.stop() == 0


def test_a_command_waits_for_the_migrations_of_a_system_that_starts(
    launch: Launch, command: Start, made_dir: Path, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    slow = (
        "import sys, time; from pathlib import Path; print('migrating', flush=True)\n"
        f"while not Path({str(go)!r}).exists(): time.sleep(0.02)"
    )
    system = launch(real_database=True, DATA_DIR=str(made_dir), TOY_MIGRATE=slow)
    system.wait_for("| migrating")
    waiting = command(made_dir, "early")
    assert not waiting.ends_within(0.7)
    go.touch()

    waiting.succeeds()
    assert system.running().stop() == 0


def test_commands_at_the_same_time_share_one_server_until_the_last_has_ended(
    command: Start, made_dir: Path, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    names = ["first", "second", "third", "fourth"]
    commands = [command(made_dir, name, go) for name in names]
    for each in commands:
        each.wait_until_in()
    go.touch()

    for each in commands:
        each.succeeds()
    assert not is_ready(made_dir)
    with database(settings(made_dir), role=Role.OWNER, migrate=MIGRATION) as config:
        assert set(names) <= set(calls(config))


def test_a_host_waits_for_its_guest(command: Start, made_dir: Path, tmp_path: Path) -> None:
    go_host, go_guest = tmp_path / "host", tmp_path / "guest"
    host = command(made_dir, "host", go_host)
    host.wait_until_in()
    guest = command(made_dir, "guest", go_guest)
    guest.wait_until_in()

    go_host.touch()
    assert not host.ends_within(0.5)
    go_guest.touch()

    guest.succeeds()
    host.succeeds()


def test_the_system_does_not_start_beside_a_command_that_hosts(
    launch: Launch, made_dir: Path
) -> None:
    with database(settings(made_dir), migrate=MIGRATION):
        system = launch(real_database=True, DATA_DIR=str(made_dir))

        assert system.ended() == 1
        assert f"(process {os.getpid()}) already runs on" in system.log()


def test_a_killed_command_leaves_nothing_in_the_way(
    command: Start, made_dir: Path, tmp_path: Path
) -> None:
    killed = command(made_dir, "killed", tmp_path / "never")
    killed.wait_until_in()

    killed.process.kill()

    command(made_dir, "again").succeeds()
    assert not is_ready(made_dir)
