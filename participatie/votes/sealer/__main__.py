"""The sealer as a program.

python -m participatie.votes.sealer --keys DIR --sockets DIR [--group]
"""

import argparse
import ctypes
import fcntl
import functools
import logging
import os
import resource
import signal
import sys
import threading
from pathlib import Path

from participatie.config import BOX_SOCKET, COUNT_SOCKET
from participatie.identity.pseudonyms import LocalPseudonyms
from participatie.votes.sealer import requests
from participatie.votes.sealer.server import listen, serve
from participatie.votes.sealer.vault import Vault

STOPPING = (signal.SIGTERM, signal.SIGINT)
_PR_SET_DUMPABLE = 4

log = logging.getLogger("participatie.votes.sealer")


def main(words: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=Path, required=True, help="where the keys lie")
    parser.add_argument("--sockets", type=Path, required=True, help="where it can be asked")
    parser.add_argument("--group", action="store_true", help="let the group of this user ask too")
    given = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    leave_no_trace()
    os.umask(0o077)
    try:
        lock = _alone(given.keys)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # for the threads of the doors too
        open_doors(given.keys, given.sockets, for_group=given.group)
    except (OSError, ValueError) as error:
        log.error("%s", error)  # noqa: TRY400 - a sentence about the machine, without a traceback
        return 1
    log.info("the keys are in custody")
    signal.sigwait(STOPPING)
    os.close(lock)
    return 0


def leave_no_trace() -> None:
    """No core dump, and on Linux no look into the memory for another process of this user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def open_doors(keys: Path, sockets: Path, *, for_group: bool) -> None:
    """Serve the box and the count, each in threads of its own."""
    vault = Vault(keys)
    doors = {
        sockets / BOX_SOCKET: {
            **requests.log_in(LocalPseudonyms(keys)),
            **requests.box(vault),
        },
        sockets / COUNT_SOCKET: requests.count(vault),
    }
    for path, questions in doors.items():
        listener = listen(path, for_group=for_group)
        answer = functools.partial(requests.answer, questions)
        threading.Thread(
            target=serve, args=(listener, answer), kwargs={"for_group": for_group}, daemon=True
        ).start()


def _alone(keys: Path) -> int:
    """The taken lock of a key directory; waits for another sealer that is ending."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(keys / "sealer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    signal.alarm(10)  # then the default of SIGALRM ends this program
    fcntl.flock(lock, fcntl.LOCK_EX)
    signal.alarm(0)
    return lock


if __name__ == "__main__":
    sys.exit(main())
