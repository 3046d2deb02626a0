"""The same bytes from every Python, hash seed and locale."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from participatie.votes.counting import pabulib
from participatie.votes.counting.rules import Completion, Rule
from tests.votes.counting.elections import approvals, invented

ROOT = Path(__file__).parents[3]
VERSIONS = [(3, 11), (3, 12), (3, 13)]
SURROUNDINGS = [("0", "C"), ("1", "C.UTF-8"), ("7", "tr_TR.UTF-8"), ("2026", "nl_NL.UTF-8")]
TIES = approvals(100, {"3": 30, "7": 30, "x": 45, "é": 20}, ("3 7", 4), ("x", 2), ("é", 2))


def counted(python: str, file: Path, options: tuple[str, ...], seed: str, locale: str) -> str:
    """What the command prints as JSON, run by `python`, which needs numpy and click only."""
    command = "from participatie.votes.counting.cli import tally; tally()"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": seed,
        "LC_ALL": locale,
        "LANG": locale,
    }
    done = subprocess.run(
        [python, "-c", command, str(file), "--json", *options],
        env=environment,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def version(python: str) -> tuple[int, ...]:
    command = "import json, sys, numpy, click; print(json.dumps(sys.version_info[:2]))"
    return tuple(json.loads(subprocess.check_output([python, "-c", command])))


def options() -> list[tuple[str, ...]]:
    shares: list[tuple[str, ...]] = [
        ("--rule", "equal-shares", "--completion", str(completion), "--utility", utility)
        for completion in Completion
        for utility in ("cost", "cardinality")
    ]
    return [*(("--rule", str(rule)) for rule in (Rule.GREEDY, Rule.KNAPSACK)), *shares]


@pytest.mark.parametrize(("seed", "locale"), SURROUNDINGS)
def test_another_hash_seed_and_locale_give_the_same_bytes(
    seed: str, locale: str, tmp_path: Path
) -> None:
    pabulib.write(TIES, tmp_path / "vote.pb")
    shares = ("--rule", "equal-shares", "--completion", "add1")
    first = counted(sys.executable, tmp_path / "vote.pb", shares, "0", "C")
    assert counted(sys.executable, tmp_path / "vote.pb", shares, seed, locale) == first


@pytest.mark.slow
def test_every_supported_python_gives_the_same_bytes(tmp_path: Path) -> None:
    """COUNT_PYTHONS names interpreters with numpy and click, divided as PATH is."""
    told = [python for python in os.environ.get("COUNT_PYTHONS", "").split(os.pathsep) if python]
    found = {version(python): python for python in told}
    missing = [f"{major}.{minor}" for major, minor in VERSIONS if (major, minor) not in found]
    if missing:
        pytest.skip(f"COUNT_PYTHONS names no Python {', '.join(missing)}: not compared")
    for number, election in enumerate((TIES, invented())):
        file = tmp_path / f"{number}.pb"
        pabulib.write(election, file)
        for choice in options():
            pairs = zip(found.values(), SURROUNDINGS, strict=False)
            printed = {counted(python, file, choice, *around) for python, around in pairs}
            assert len(printed) == 1, choice
            assert json.loads(printed.pop())["result_hash"]
