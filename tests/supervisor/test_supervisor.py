"""The supervisor over toy programs, with a database address that nobody uses."""

import os
import re
import signal
import stat
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.supervisor.conftest import Launch, System, eventually


def test_every_line_names_its_process_and_the_time_and_the_last_one_gives_the_address(
    launch: Launch, port: int
) -> None:
    system = launch().running()

    assert system.get() == "goedendag"
    for line in system.log().splitlines():
        assert re.match(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (run|sealer|seed|migrate|web|worker|beat) +\| ", line
        )
    own = [line for line in system.log().splitlines() if " run      | " in line]
    assert own[-1].endswith(f"participatie draait: http://127.0.0.1:{port}  (stoppen: Ctrl-C)")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_ends_with_code_0_and_leaves_nothing(
    launch: Launch, number: signal.Signals
) -> None:
    system = launch().running()

    assert system.stop(number) == 0
    assert system.left() == []
    assert "Traceback" not in system.log()


def test_asked_to_stop_half_way_it_ends_with_code_0_and_leaves_nothing(launch: Launch) -> None:
    system = launch(TOY_MIGRATE="import time; print('busy', flush=True); time.sleep(1000)")
    system.wait_for("busy")

    assert system.stop() == 0
    assert system.left() == []


def test_the_second_request_to_stop_does_not_wait_for_a_stubborn_child(launch: Launch) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True));"
        "print('deaf', flush=True); [time.sleep(1) for _ in range(1000)]"
    )
    system = launch(TOY_WORKER=stubborn).running()
    system.wait_for("deaf")
    system.remember()

    system.process.send_signal(signal.SIGINT)
    system.wait_for("| no")
    assert system.process.poll() is None
    system.process.send_signal(signal.SIGINT)

    assert system.ended() == 0
    assert system.left() == []
    assert system.said("worker is not waited for")


def test_web_ends_before_beat_and_beat_before_the_worker(launch: Launch) -> None:
    says_when = (
        "import os, signal, sys, time\n"
        "def end(*_): print('ends', flush=True); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('pid', os.getpid(), flush=True)\n"
        "time.sleep(1000)"
    )
    system = launch(TOY_WORKER=says_when, TOY_BEAT=says_when).running()
    eventually(lambda: system.log().count("| pid") == 4, "all started")
    web = psutil.Process(system.pid("web"))
    system.remember()
    system.process.send_signal(signal.SIGINT)
    system.wait_for("ends")

    assert not web.is_running()
    assert system.ended() == 0
    assert re.findall(r"(\w+) +\| ends", system.log()) == ["beat", "worker"]


@pytest.mark.parametrize("name", ["sealer", "web", "worker", "beat"])
def test_a_killed_child_starts_again_and_the_log_names_it(launch: Launch, name: str) -> None:
    system = launch().running()
    eventually(lambda: system.log().count("| pid") == 4, "all started")
    before = system.pid(name)

    os.kill(before, signal.SIGKILL)

    system.wait_for(f"{name} was ended by SIGKILL; it starts again in 0.1 s")
    eventually(lambda: system.pid(name) != before, "a new process")
    assert system.get() == "goedendag"


def test_no_request_is_refused_while_the_web_is_killed_again_and_again(launch: Launch) -> None:
    system = launch().running()
    answers: list[str] = []
    failures: list[OSError] = []

    def ask() -> None:
        for _ in range(150):
            try:
                answers.append(system.get())
            except OSError as error:
                failures.append(error)
            time.sleep(0.005)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(3):
        before = system.pid("web")
        os.kill(before, signal.SIGKILL)
        eventually(lambda before=before: system.pid("web") != before, "a new web")  # type: ignore[misc]
    asking.join()

    # A request that was being answered by the killed process is lost; none is refused.
    assert not [error for error in failures if "refused" in str(error)]
    assert len(failures) <= 3
    assert len(answers) >= 147


def test_a_dead_child_takes_its_own_children_with_it(launch: Launch) -> None:
    with_child = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
        "print('child', child.pid, flush=True); print('pid', os.getpid(), flush=True)\n"
        "time.sleep(1000)"
    )
    system = launch(TOY_WORKER=with_child).running()
    eventually(lambda: re.search(r"worker +\| pid", system.log()), "the worker")
    found = re.search(r"child (\d+)", system.log())
    assert found
    orphan = psutil.Process(int(found[1]))

    os.kill(system.pid("worker"), signal.SIGKILL)
    system.wait_for("worker was ended")

    eventually(lambda: not orphan.is_running(), "the orphan is gone")


def test_a_child_that_keeps_dying_gets_longer_pauses_and_then_ends_everything(
    launch: Launch,
) -> None:
    system = launch(TOY_BEAT="raise SystemExit(3)")
    system.wait_for("it starts again in 0.4 s")
    system.remember()

    assert system.ended() == 1
    assert system.left() == []
    pauses = re.findall(r"beat ended with exit code 3; it starts again in (.*) s", system.log())
    assert pauses == ["0.1", "0.2", "0.4", "0.8", "1.6"]
    assert system.log().splitlines()[-1] == (
        "participatie: beat ended with exit code 3 for the 6th time in 60 seconds, "
        "so everything stops; its lines above say why."
    )


def test_killing_the_supervisor_leaves_no_process_and_frees_the_port(
    launch: Launch, port: int
) -> None:
    system = launch().running()
    system.remember()

    system.process.kill()
    system.process.wait()

    eventually(lambda: not system.left(), "all gone", patience=5)
    again = launch().running()
    assert again.get() == "goedendag"
    assert again.stop() == 0


def test_a_home_page_that_fails_is_told_beside_the_address(launch: Launch) -> None:
    failing = (
        "import socket, sys\n"
        "listener = socket.socket(fileno=int(sys.argv[1]))\n"
        "while True:\n"
        "    connection, _ = listener.accept()\n"
        "    connection.recv(1000); connection.sendall(b'HTTP/1.1 500 Oops\\r\\n\\r\\n')\n"
        "    connection.close()"
    )
    system = launch(TOY_WEB=failing).running()

    assert system.said("the home page fails with status 500; the lines above say why")


def test_a_taken_port_is_one_sentence_and_code_1(launch: Launch, port: int, tmp_path: Path) -> None:
    launch().running()

    second = launch(DATA_DIR=str(tmp_path))

    assert second.ended() == 1
    assert second.log() == (
        f"participatie: Port {port} is taken; choose another one, for example: make run PORT=8123\n"
    )


def test_a_data_directory_in_use_is_one_sentence_and_code_1(launch: Launch, data_dir: Path) -> None:
    first = launch().running()

    second = launch()

    assert second.ended() == 1
    assert second.log() == (
        f"participatie: Another participatie (process {first.process.pid}) already runs on "
        f"{data_dir}: stop it first, or choose another DATA_DIR.\n"
    )
    assert first.get() == "goedendag"


def test_a_directory_that_cannot_be_made_is_one_sentence_and_code_1(launch: Launch) -> None:
    system = launch(DATA_DIR="/proc/participatie")

    assert system.ended() == 1
    assert system.log() == (
        "participatie: The data directory /proc/participatie cannot be made: "
        "No such file or directory.\n"
    )


def test_a_step_that_fails_stops_the_start(launch: Launch) -> None:
    system = launch(TOY_MIGRATE="raise SystemExit('the table is upside down')")

    assert system.ended() == 1
    assert system.said("migrate  | the table is upside down")
    assert system.log().splitlines()[-1] == (
        "participatie: migrate ended with exit code 1; its lines above say why."
    )


def test_children_get_the_settings_and_nothing_that_redirects_libpq(
    launch: Launch, data_dir: Path, port: int
) -> None:
    show = "import os; print('got', sorted(os.environ.items()))"
    system = launch(TOY_MIGRATE=show, PGHOST="elsewhere", PGPASSWORD="secret").running()

    got = next(line for line in system.log().splitlines() if "| got" in line)
    for name, value in {
        "APP_ENV": "demo",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": "postgresql+psycopg://nobody.invalid/none",
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SECRET_KEY_FILE": str(data_dir / "keys" / "secret_key"),
    }.items():
        assert str((name, value)) in got
    assert "PGHOST" not in got
    assert "PGPASSWORD" not in got


def test_with_a_database_address_no_postgresql_is_started(launch: Launch, data_dir: Path) -> None:
    system = launch().running()

    assert "postgres" not in re.findall(r"(\w+) started", system.log())
    assert not list(data_dir.glob("pg*"))


def test_the_secret_key_is_made_once_for_our_eyes_only_and_never_shown(
    launch: Launch, data_dir: Path
) -> None:
    first = launch().running()
    file = data_dir / "keys" / "secret_key"
    key = file.read_text().strip()
    assert first.stop() == 0
    second = launch().running()

    assert len(key) >= 32
    assert file.read_text().strip() == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert key not in first.log() + second.log()


def test_a_given_secret_is_not_replaced(launch: Launch, data_dir: Path) -> None:
    show = "import os; print('file', os.environ.get('SECRET_KEY_FILE'))"
    system = launch(TOY_MIGRATE=show, SECRET_KEY="x" * 40).running()

    assert system.said("file None")
    assert not (data_dir / "keys").exists()


def test_a_log_that_nobody_reads_any_more_does_not_stop_the_system(
    launch: Launch, data_dir: Path
) -> None:
    talking = "import time; [print('word', flush=True) or time.sleep(0.01) for _ in range(10**6)]"
    system = launch(TOY_WORKER=talking, piped=True)
    reader = system.process.stdout
    assert reader is not None
    for line in reader:
        if b"participatie draait" in line:
            break
    reader.close()
    time.sleep(0.3)

    assert system.get() == "goedendag"
    assert system.stop() == 0
    assert system.left() == []


def test_started_in_the_background_with_interrupts_ignored_it_still_stops(
    launch: Launch,
) -> None:
    system = _with_ignored(launch, signal.SIGINT)

    assert system.stop(signal.SIGINT) == 0


def test_started_with_nohup_it_outlives_its_terminal(launch: Launch) -> None:
    system = _with_ignored(launch, signal.SIGHUP)

    system.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)

    assert system.get() == "goedendag"


def _with_ignored(launch: Launch, number: signal.Signals) -> System:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        return launch().running()
    finally:
        signal.signal(number, before)
