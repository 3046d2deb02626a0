"""What `make test` does: checks, then all tests, with the seconds of each part.

What a machine cannot run is named in one line, with the number of tests and how to get it; with
SKIPPING=forbidden that fails the run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
POSTGRESQL_15 = Path("/usr/lib/postgresql/15/bin")
EVIDENCE = "evidence page"

Parts = dict[str, Callable[[], bool]]


def main() -> int:
    """Run the parts in order; the exit code of the whole.

    `make test` stops at the first part that fails. The long form goes on: what the other parts
    found belongs in the evidence too, and the page of it is written last, whatever failed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="the long forms too")
    parser.add_argument("--part", help="only this part of it, and the evidence page")
    parser.add_argument("--only-check", action="store_true", help="no tests")
    arguments = parser.parse_args()
    parts = _checks() if arguments.only_check else {**_checks(), **_tests(long=arguments.long)}
    if arguments.part:
        if arguments.part not in parts:
            parser.error(f"--part is one of: {', '.join(parts)}")
        parts = {name: part for name, part in parts.items() if name in {arguments.part, EVIDENCE}}
    took, failed = in_order(parts, to_the_end=arguments.long)
    print("\n" + "\n".join(f"{seconds:7.1f} s  {name}" for name, seconds in took.items()))
    print(f"{sum(took.values()):7.1f} s  together")
    for name in failed:
        print(f"{name} failed.", file=sys.stderr)
    return 1 if failed else 0


def in_order(parts: Parts, *, to_the_end: bool) -> tuple[dict[str, float], list[str]]:
    """Run the parts: the seconds of each that ran, and those that failed."""
    took: dict[str, float] = {}
    failed: list[str] = []
    for name, part in parts.items():
        start = time.monotonic()
        print(f"== {name}", flush=True)
        if not part():
            failed.append(name)
        took[name] = time.monotonic() - start
        if failed and not to_the_end:
            break
    return took, failed


def _checks() -> Parts:
    return {
        "format": lambda: _run(BIN / "ruff", "format", "--check", "--quiet", "."),
        "lint": lambda: _run(BIN / "ruff", "check", "--quiet", "."),
        "types": lambda: _run(BIN / "mypy", "--no-error-summary"),
        "import contracts": lambda: _run(BIN / "lint-imports", "--no-logo", quiet=True),
    }


def _tests(*, long: bool) -> Parts:
    marks = [] if long else ["-m", "not slow and not e2e"]
    e2e = ["-m", "e2e"] if long else ["-m", "e2e and not slow"]
    parts: Parts = {
        "tests": lambda: _pytest("-n", "2", "--dist", "worksteal", *marks),
        "browser tests": lambda: _with_chromium(*e2e),
        "tests on PostgreSQL 15": lambda: _with_postgresql_15(
            "-m", "not e2e" if long else "database and not slow"
        ),
    }
    if long:
        os.environ["KEEP_EVIDENCE"] = "1"
        parts[EVIDENCE] = lambda: _run(sys.executable, "-m", "tests.evidence")
        parts["tests"] = lambda: _pytest("-n", "2", "--dist", "worksteal", "-m", "not e2e")
    return parts


def _with_chromium(*arguments: str) -> bool:
    if not _have("chromium", "chromium"):
        return _skip("the browser tests", "tests/e2e", "apt install chromium")
    return _pytest("-n", "2", "--dist", "loadgroup", *arguments, "tests/e2e")


def _with_postgresql_15(*arguments: str) -> bool:
    if not (POSTGRESQL_15 / "postgres").exists():
        return _skip("the tests on PostgreSQL 15", "tests", "apt install postgresql-15", "database")
    environment = {**os.environ, "PARTICIPATIE_TEST_PG_BIN": str(POSTGRESQL_15)}
    return _pytest("-n", "2", *arguments, env=environment)


def _have(program: str, package: str) -> bool:
    """Whether `program` is there, installed first where we may: as root on Debian."""
    if shutil.which(program) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package} …", flush=True)
        _run("apt-get", "update", "-qq", quiet=True)
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, quiet=True)
    return shutil.which(program) is not None


def _skip(what: str, where: str, how: str, mark: str = "e2e") -> bool:
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-m", mark, where],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    number = len(re.findall(r"^tests/.*::", collected.stdout, re.MULTILINE))
    print(f"SKIPPED {what}: {number} tests. To run them: {how}")
    return os.environ.get("SKIPPING") != "forbidden"


def _pytest(*arguments: str, env: dict[str, str] | None = None) -> bool:
    return _run(sys.executable, "-m", "pytest", "-q", *arguments, env=env)


def _run(
    program: str | Path, *arguments: str, quiet: bool = False, env: dict[str, str] | None = None
) -> bool:
    done = subprocess.run(
        [str(program), *arguments],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=quiet,
        text=True,
    )
    if quiet and done.returncode:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
