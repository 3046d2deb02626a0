"""How fast and how small the count is, beside what was asked and what pabutools needs.

`make bench-counting` needs real elections under PABULIB_DIR; pabutools is measured in the same run
where `make oracle` has installed it (give PEER=0 to leave it out: it takes minutes).
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Report
from participatie.votes.counting import pabulib
from participatie.votes.counting.rules import Completion, Rule, Rules
from participatie.votes.counting.tally import count

ORACLE = Path("var/oracle/bin/python")
PEER = Path(__file__).with_name("counting_peer.py")
PATIENCE = 120
SHARES = Rule.EQUAL_SHARES
RULES = {
    "read": None,
    "greedy": Rules(Rule.GREEDY),
    "equal-shares": Rules(SHARES),
    "add1": Rules(SHARES, completion=Completion.ADD1),
}
LODZ, WARSZAWA, BUDAPEST = "Poland_Lodz_2022", "Poland_Warszawa_2026", "Hungary_Budapest_2024"
ASKED = [
    ("read", LODZ, 0.25, 80),
    ("greedy", LODZ, 0.05, None),
    ("greedy", WARSZAWA, 0.05, None),
    ("greedy", "Poland_Wroclaw_2015_150_-_500", 0.05, None),
    ("equal-shares", LODZ, 0.05, None),
    ("equal-shares", WARSZAWA, 0.05, None),
    ("add1", LODZ, 0.4, 120),
    ("add1", "Netherlands_Amsterdam_252", 0.2, None),
    ("add1", "Netherlands_Amsterdam_309", 0.2, None),
    ("add1", "Netherlands_Assen_2024", 0.2, None),
    ("add1", "Netherlands_Amsterdam_179", 0.2, None),
    ("add1", BUDAPEST, 10, None),
]


def main() -> int:
    """Measure everything, each in a process of its own; 1 if a figure is not met, or none is."""
    if sys.argv[1:]:
        print(json.dumps(one(Path(sys.argv[1]), sys.argv[2])))
        return 0
    folder = Path(os.environ.get("PABULIB_DIR", ""))
    if not list(folder.glob("*.pb")) or folder == Path():
        print("PABULIB_DIR has no real elections: nothing measured")
        return 1
    report = Report("The count (best of three, seconds of processor time)")
    missed = []
    for work, name, seconds, megabytes in ASKED:
        told = measured(folder / f"{name}.pb", work)
        took = told["read" if work == "read" else "count"]
        missed += [f"{work} {name}"] * (took > seconds)
        missed += [f"memory of {work} {name}"] * (told["megabytes"] > (megabytes or 1e9))
        peer = peer_of(folder / f"{name}.pb", work)
        report.row(f"{work}, {name}", took, "s", f"≤ {seconds} s; {peer}")
        if megabytes:
            report.row("  memory", told["megabytes"], "MB", f"≤ {megabytes} MB")
    missed += whole_process(report, folder) + million(report) + all_files(report, folder)
    report.show()
    for what in missed:
        print(f"not met: {what}")
    return int(bool(missed))


def one(path: Path, work: str) -> dict[str, float]:
    """Read and count one file in this process."""
    start = time.process_time()
    election = pabulib.read(path)
    read = time.process_time()
    rules = RULES[work]
    if rules is not None:
        lot = tuple(project.id for project in election.projects)
        count(election, Rules(rules.rule, completion=rules.completion, lot=lot))
    done = time.process_time()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"read": read - start, "count": done - read, "megabytes": megabytes}


def measured(path: Path, work: str, times: int = 3) -> dict[str, float]:
    """The best of several processes of its own."""
    command = [sys.executable, "-m", "bench.counting", str(path), work]
    runs = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(times)
    ]
    return {key: min(run[key] for run in runs) for key in runs[0]}


def peer_of(path: Path, work: str) -> str:
    """What pabutools needs, in words."""
    if not ORACLE.exists() or os.environ.get("PEER") == "0":
        return "pabutools not measured"
    command = [str(ORACLE), str(PEER), str(path), "greedy" if work == "read" else work]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"pabutools not done in {PATIENCE} s"
    told = json.loads(done.stdout)
    took = told["read" if work == "read" else "count"]
    return f"pabutools {took:.2f} s, {told['megabytes']:.0f} MB"


def whole_process(report: Report, folder: Path) -> list[str]:
    """The command, from start to exit, by the clock."""
    command = [
        str(Path(sys.executable).with_name("participatie")),
        *("tally", str(folder / f"{LODZ}.pb")),
        *("--rule", "equal-shares", "--completion", "add1", "--json"),
    ]
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        best = min(best, time.perf_counter() - start)
    report.row(f"participatie tally, add1, {LODZ}", best, "s", "≤ 0.8 s, whole process")
    return ["whole process"] * (best > 0.8)


def million(report: Report) -> list[str]:
    """A million invented ballots over 200 projects."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.pb"
        write_million(path)
        told = measured(path, "add1", times=1)
    asked = {"read": 10, "count": 5, "megabytes": 600}
    for key, most in asked.items():
        report.row(f"1,000,000 × 200, add1: {key}", told[key], "", f"≤ {most}")
    return [f"a million: {key}" for key, most in asked.items() if told[key] > most]


def write_million(path: Path, ballots: int = 1_000_000, projects: int = 200) -> None:
    """An election with a few loved projects and many that few people know."""
    draw = random.Random(1)
    ids = [f"p{number}" for number in range(projects)]
    weights = [1 / (5 + number) for number in range(projects)]
    pool = iter(draw.choices(ids, weights, k=8 * ballots))
    with path.open("w", encoding="utf-8") as file:
        file.write(f"META\nkey;value\nbudget;10000000\nvote_type;approval\nnum_votes;{ballots}\n")
        file.write("PROJECTS\nproject_id;cost\n")
        file.writelines(f"{name};{draw.randrange(20, 600) * 1000}\n" for name in ids)
        file.write("VOTES\nvoter_id;vote\n")
        for number in range(ballots):
            chosen = dict.fromkeys(next(pool) for _ in range(draw.randint(3, 8)))
            file.write(f"{number};{','.join(chosen)}\n")


def all_files(report: Report, folder: Path) -> list[str]:
    """Read and count every file, and compare with the winners it states."""
    start = time.perf_counter()
    counted = same = 0
    for path in sorted(folder.glob("*.pb")):
        election = pabulib.read(path)
        stated = election.meta["rule"]
        rule = Rule(stated) if stated in set(Rule) else Rule.GREEDY
        result = count(election, Rules(rule, lot=tuple(p.id for p in election.projects)))
        selected = {p.id for p in election.projects if p.columns.get("selected") == "1"}
        counted += 1
        same += selected == set(result.winners)
    took = time.perf_counter() - start
    report.row(f"all {counted} files: read, count, compare ({same} the same)", took, "s", "≤ 30 s")
    return ["all files"] * (took > 30)


if __name__ == "__main__":
    sys.exit(main())
