"""The sealer as a process: who may ask what, and what it leaves behind."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from participatie.config import BOX_SOCKET, COUNT_SOCKET
from participatie.core import frames
from participatie.core.custody import Custody, CustodyAway, Refused
from tests.sealer import Sealer, running_sealer

VOTER = b"v1$" + b"7" * 64


def test_what_is_asked_is_answered_the_same_in_every_connection(sealer):
    seal, head = sealer.box.ask(b"make", b"1")
    assert (len(seal), len(head)) == (32, 32)
    assert list(sealer.box.ask(b"make", b"1")) == [seal, head]
    assert sealer.box.ask(b"voter-key", b"1", VOTER) == sealer.box.ask(b"voter-key", b"1", VOTER)


def test_the_site_cannot_ask_to_open_a_ballot_or_to_destroy_a_key(sealer):
    sealer.box.ask(b"make", b"1")
    for question in (b"open", b"destroy", b"release"):
        with pytest.raises(Refused, match="not-asked-here"):
            sealer.box.ask(question, b"1")


def test_a_killed_sealer_is_away_and_after_its_start_the_same_client_goes_on(sealer):
    custody = sealer.box
    custody.ask(b"make", b"1")
    before = custody.ask(b"voter-key", b"1", VOTER)
    sealer.kill()
    with pytest.raises(CustodyAway):
        custody.ask(b"voter-key", b"1", VOTER)
    sealer.start()
    assert custody.ask(b"voter-key", b"1", VOTER) == before


def test_a_client_does_not_notice_a_restart_between_two_questions(sealer):
    custody = sealer.box
    custody.ask(b"make", b"1")
    sealer.kill()
    sealer.start()
    assert custody.ask(b"make", b"1")


def test_many_threads_get_each_their_own_answer(sealer):
    custody = sealer.box
    custody.ask(b"make", b"1")

    def key(number: int) -> bytes:
        return custody.ask(b"voter-key", b"1", b"v1$%d" % number)[0]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(key, [*range(100)] * 2))
    assert found[:100] == found[100:]
    assert len(set(found)) == 100


def test_a_forked_process_asks_by_a_connection_of_its_own(sealer):
    custody = sealer.box
    custody.ask(b"make", b"1")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, custody.ask(b"voter-key", b"1", VOTER)[0])
        os._exit(0)
    assert custody.ask(b"voter-key", b"1", VOTER)[0] == os.read(reader, 32)
    os.waitpid(child, 0)
    assert len(custody._free) == 1
    os.close(reader)
    os.close(writer)


def test_rubbish_ends_its_own_connection_and_nothing_else(sealer):
    custody = sealer.box
    custody.ask(b"make", b"1")
    for rubbish in (
        struct.pack("!I", frames.LARGEST + 1),
        struct.pack("!I", 4) + b"\xff" * 4,
        struct.pack("!I", 2) + b"ab",
        struct.pack("!I", 1) + b"abc",
    ):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(sealer.sockets_dir / BOX_SOCKET))
            connection.sendall(rubbish)
            connection.settimeout(5)
            assert connection.recv(100) == b""
    for question in ((b"make",), (b"make", b"one"), (b"make", b"1", b"2"), (b"nothing",)):
        with pytest.raises(Refused):
            custody.ask(*question)
    assert custody.ask(b"make", b"1")


def test_a_wrong_question_is_refused_without_repeating_it(sealer):
    with pytest.raises(Refused) as refusal:
        sealer.box.ask(b"pseudonym", b"vote", b"999990409")
    assert "99999" not in str(refusal.value)


def test_the_log_names_no_voter_and_no_secret(sealer):
    sealer.box.ask(b"make", b"1")
    key = sealer.box.ask(b"voter-key", b"1", VOTER)[0]
    made = sealer.box.ask(b"pseudonym", b"vote", b"999990408")[0]
    with pytest.raises(Refused):
        sealer.box.ask(b"voter-key", b"2", VOTER)
    sealer.stop()
    secrets = [path.read_bytes() for path in sealer.keys_dir.rglob("*.key")]
    for told in (VOTER, made, b"999990408", key, *secrets):
        assert told not in sealer.log_file.read_bytes()
        assert told.hex() not in sealer.log


def test_files_and_sockets_are_for_this_user_only(sealer):
    sealer.box.ask(b"make", b"1")
    for path in [*sealer.keys_dir.rglob("*"), *sealer.sockets_dir.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps these limits in /proc")
def test_its_memory_is_never_written_to_a_file_or_shown_to_its_own_user(sealer):
    limits = Path(f"/proc/{sealer.process.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    assert Path(f"/proc/{sealer.process.pid}/mem").stat().st_uid == 0


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it asks as another user")


@AS_ROOT
@pytest.mark.parametrize(
    ("words", "group"), [(["--group"], 1), ([], 0)], ids=["not of its group", "its group not asked"]
)
def test_another_user_is_sent_away(words, group):
    with _reachable_sealer(*words) as sealer:
        (sealer.sockets_dir / BOX_SOCKET).chmod(0o666)
        assert not _may_ask_as(sealer, user=1, group=group)
        assert "somebody else's process was sent away" in sealer.log


@AS_ROOT
def test_its_group_may_ask_where_that_was_said():
    with _reachable_sealer("--group") as sealer:
        assert (sealer.sockets_dir / BOX_SOCKET).stat().st_mode & 0o777 == 0o660
        assert _may_ask_as(sealer, user=1, group=0)


@contextmanager
def _reachable_sealer(*words: str) -> Iterator[Sealer]:
    """A sealer whose directories anyone may enter: only its sockets keep others out."""
    with running_sealer(*words) as sealer:
        sockets = sealer.sockets_dir
        for path in (sockets.parent, sockets, sockets / "box"):
            path.chmod(0o755)
        yield sealer


def _may_ask_as(sealer: Sealer, *, user: int, group: int) -> bool:
    """Whether a process of another user gets an answer."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            sealer.box.ask(b"make", b"1")
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_second_sealer_waits_for_the_first(sealer):
    second = subprocess.Popen(
        [
            *(sys.executable, "-m", "participatie.votes.sealer"),
            *("--keys", str(sealer.keys_dir), "--sockets", str(sealer.sockets_dir)),
        ]
    )
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1)
    second.kill()
    second.wait()
    assert sealer.box.ask(b"make", b"1")


def test_asked_to_stop_it_stops(sealer):
    assert sealer.stop() == 0
    with pytest.raises(CustodyAway):
        sealer.count.ask(b"release", b"1")


def test_a_path_that_is_too_long_for_a_socket_is_one_sentence(tmp_path):
    deep = tmp_path / ("x" * 100)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "participatie.votes.sealer"),
            *("--keys", str(tmp_path / "keys"), "--sockets", str(deep)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("the path of a socket has 103 bytes at most")


def test_a_sealer_that_does_not_answer_in_time_is_away(tmp_path):
    path = tmp_path / COUNT_SOCKET
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen()
        custody = Custody(path)
        with pytest.raises(CustodyAway):
            custody.ask(b"release", b"1", within=0.05)


LOADED = """
import sys
before = {*sys.modules}
import participatie.votes.sealer.__main__
names = {name.partition(".")[0] for name in {*sys.modules} - before}
print(*names - sys.stdlib_module_names)
"""


def test_it_loads_the_standard_library_and_its_crypto_only():
    loaded = subprocess.run(
        [
            *(sys.executable, "-c"),
            LOADED,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(loaded.stdout.split()) <= {"participatie", "nacl", "_cffi_backend", "_sodium"}
