"""Become another program that ends when its parent does, whatever kills the parent.

    python -I -S tether.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT ...]

A program of its own, and not a `preexec_fn`, because Python code between fork and exec may
hang when the parent has threads. UID -1 keeps the user. PROGRAM is an absolute path. Linux
forgets the signal when the user changes, so that comes first; from then on nothing can be
imported, because the new user may not reach this Python.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NO_SUCH_PROGRAM = 127


def main(arguments: list[str]) -> int:
    """Replaces this process by PROGRAM; returns an exit code only when that fails."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent, death_signal, uid, gid = map(int, arguments[:4])
    program = arguments[4:]
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            return 1
    try:
        os.execv(program[0], program)  # noqa: S606 - a program without a shell is what we want
    except OSError as error:
        sys.stderr.write(f"{program[0]} cannot be started: {error.strerror}\n")
    return NO_SUCH_PROGRAM


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
