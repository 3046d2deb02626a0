"""The small parts: locks, the tether, the log, the listening socket, what may be imported."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from participatie.config import Config, Environment
from participatie.run import commands
from participatie.run.children import is_running, spawn
from participatie.run.claim import claim
from participatie.run.data_dir import open_data_dir, secret_key_file
from participatie.run.errors import RunError
from participatie.run.lock import FileLock
from participatie.run.log import Log
from participatie.run.programs import STOP_ORDER, services, steps
from participatie.run.site import FirstAnswer, listen
from tests.supervisor.conftest import ROOT, eventually

PACKAGE = ROOT / "participatie" / "run"


@pytest.mark.parametrize(
    "module", sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "cli")
)
def test_a_module_needs_the_standard_library_and_the_settings_only(module: str) -> None:
    """`python -S` sees no installed package; the command line itself may use click."""
    script = (
        f"import sys; import participatie.run.{module}\n"
        "print(*sorted(name for name in sys.modules if name.startswith('participatie')))"
    )
    imported = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    for name in imported:
        assert name in {"participatie", "participatie.config"} or name.startswith(
            "participatie.run"
        )


def test_an_exclusive_lock_keeps_everybody_out_and_is_signed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(path) as first, FileLock(path) as second:
        assert first.take()
        assert not second.take()
        assert not second.take(shared=True)
        assert second.holder() == str(os.getpid())
        first.release()
        assert second.holder() == ""
        assert second.take()
        assert second.left_by == ""


def test_a_shared_lock_lets_others_share_and_nobody_exclude(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(path) as first, FileLock(path) as second, FileLock(path) as third:
        assert first.take(shared=True)
        assert second.take(shared=True)
        assert not third.take()


def test_a_killed_holder_loses_its_lock_and_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    script = (
        "import sys, time; from pathlib import Path\n"
        "from participatie.run.lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); print(lock.take(), flush=True); time.sleep(1000)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        with FileLock(path) as lock:
            assert not lock.take()
            holder.kill()
            holder.wait()
            assert lock.take()
            assert lock.left_by == str(holder.pid)


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = FileLock(path)
    assert first.take()
    child = spawn([_sleep(), "1000"], env={}, output=subprocess.DEVNULL)
    eventually(lambda: is_running("sleep", "1000", child.pid), "the child runs")
    first.release()

    with FileLock(path) as second:
        assert second.take()
    child.kill()
    child.wait()


def test_a_claimed_directory_names_the_claimant(tmp_path: Path) -> None:
    with claim(tmp_path), pytest.raises(RunError, match=rf"\(process {os.getpid()}\) already runs"):
        claim(tmp_path)


def _sleep() -> str:
    return str(shutil.which("sleep"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_tethered_child_gets_its_signal_when_the_parent_is_killed() -> None:
    child = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(print('int')))\n"
        "print('ready', flush=True); time.sleep(1000)"
    )
    parent = (
        "import os, signal, sys, time; from participatie.run.children import spawn\n"
        f"child = spawn([sys.executable, '-c', {child!r}], env={{}}, output=1,"
        " dies_by=signal.SIGINT)\n"
        "print(child.pid, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        lines = {process.stdout.readline(), process.stdout.readline()}
        assert "ready\n" in lines
        pid = int((lines - {"ready\n"}).pop())
        process.kill()
        process.wait()
        assert process.stdout.readline() == "int\n"
        eventually(lambda: not psutil.pid_exists(pid), "the child is gone")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_child_whose_parent_is_gone_already_does_not_start() -> None:
    tether = PACKAGE / "tether.py"
    nobody = 2**22 + 1
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(tether), str(nobody), "9", "-1", "-1", "/bin/echo", "hi"],
        capture_output=True,
        check=False,
    )

    assert answer.returncode == 1
    assert answer.stdout == b""


def test_a_program_that_is_not_there_is_one_line_and_code_127() -> None:
    reader, writer = os.pipe()
    child = spawn(["/none/such"], env={}, output=writer)
    os.close(writer)
    with os.fdopen(reader) as stream:
        said = stream.read()

    assert child.wait() == 127
    assert said == "/none/such cannot be started: No such file or directory\n"


def test_lines_of_two_programs_are_never_mixed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as output:
        log = Log(output.fileno())
        threads = []
        for name in ("web", "worker"):
            reader, writer = os.pipe()
            threads.append(log.follow(name, os.fdopen(reader, "rb")))
            words = [name.encode() * 50 + b"\r\n"] * 200
            threads.append(threading.Thread(target=_write_all, args=(writer, words)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    lines = path.read_text().splitlines()
    assert len(lines) == 400
    for line in lines:
        head, _, text = line.partition(" | ")
        assert text == head.split()[2] * 50


def _write_all(descriptor: int, lines: list[bytes]) -> None:
    with os.fdopen(descriptor, "wb", buffering=0) as stream:
        for line in lines:
            stream.write(line)


def test_bytes_that_are_not_utf8_do_not_stop_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as output:
        log = Log(output.fileno())
        reader, writer = os.pipe()
        copying = log.follow("web", os.fdopen(reader, "rb"))
        _write_all(writer, [b"\xff\xfe\n", b"last without an end"])
        copying.join()

    assert path.read_bytes().count(b"\n") == 2
    assert path.read_bytes().endswith(b"| last without an end\n")


def test_a_site_that_does_not_answer_yet_has_not_answered(port: int) -> None:
    asked = FirstAnswer(port, "http://example.org")
    assert not asked()
    with listen(port) as listener:
        assert not asked()
        connection, _ = listener.accept()
        assert b"Host: example.org\r\n" in connection.recv(1000)
        assert not asked()
        connection.close()
        assert not asked()
        assert not asked()
        second, _ = listener.accept()
        with second:
            second.sendall(b"HTTP/1.1 503 Later\r\n\r\n")
            eventually(asked, "an answer, of whatever kind")
            assert asked.status == 503


def test_a_taken_port_is_refused_with_a_way_out(port: int) -> None:
    with (
        listen(port),
        pytest.raises(RunError, match=rf"Port {port} is taken; .*: make run PORT=8123"),
    ):
        listen(port)


def test_the_listening_socket_is_on_this_machine_only(port: int) -> None:
    with listen(port) as listener:
        assert listener.getsockname() == ("127.0.0.1", port)
        assert listener.family == socket.AF_INET


def test_an_unfinished_secret_key_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key.new").write_text("half")

    key = secret_key_file(tmp_path).read_text()

    assert len(key.strip()) == 64
    assert not (tmp_path / "keys" / "secret_key.new").exists()


def test_a_file_in_the_place_of_the_data_directory_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RunError, match=r"file cannot be made: File exists\."):
        open_data_dir(tmp_path / "file")


def _config(environment: Environment) -> Config:
    return Config(
        environment=environment, data_dir=Path("/data"), base_url="http://x", secret_key="x"
    )


def test_the_table_names_what_a_machine_runs() -> None:
    config = _config(Environment.DEMO)
    table = services(config, 7)

    assert {service.name for service in table} | {"sealer", "postgres"} == set(STOP_ORDER)
    assert [service.name for service in table if service.listens] == ["web"]
    web, worker, beat = (" ".join(service.argv) for service in table)
    assert "--bind fd://7 --no-control-socket" in web
    assert "--worker-class gthread" in web
    assert worker.endswith(
        "worker -P threads -c 4 --without-gossip --without-mingle --loglevel INFO"
    )
    assert beat.endswith("beat --schedule /data/beat-schedule")


def test_the_steps_are_commands_of_participatie() -> None:
    def shown(environment: Environment) -> list[str]:
        return [" ".join(s.argv).rpartition("/")[2] for s in steps(_config(environment))]

    assert shown(Environment.PRODUCTION) == ["participatie migrate"]
    assert shown(Environment.DEMO) == ["participatie seed --if-empty"], "which migrates first"


def test_an_unexpected_error_of_the_system_is_a_sentence_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lock").mkdir()
    config = Config(
        environment=Environment.TEST, data_dir=tmp_path, base_url="http://x", secret_key="x"
    )

    assert commands.run(config) == 1
    assert capsys.readouterr().err == f"participatie: {tmp_path}/lock: Is a directory.\n"


def test_how_a_process_ended_is_said_in_words() -> None:
    child = spawn([_sleep(), "1000"], env={}, output=subprocess.DEVNULL)
    child.send_signal(signal.SIGTERM)

    assert child.wait() == -signal.SIGTERM
