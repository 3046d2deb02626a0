"""The engine beside pabutools: the same winners in the same order, by the definition of pabutools.

That is add1 until nothing fits, and ties by the name of the project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.counting import ORACLE, PATIENCE, PEER
from participatie.votes.counting import pabulib
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule, Utility
from participatie.votes.counting.tally import count

NAMES = [
    "Netherlands_Assen_2024",
    "Netherlands_Amsterdam_179",
    "Netherlands_Amsterdam_212",
    "Netherlands_Amsterdam_309",
    "Netherlands_Amsterdam_324",
    "Netherlands_Amsterdam_604",
    "Netherlands_Amsterdam_613",
    "Netherlands_Amsterdam_622",
    "Netherlands_Amsterdam_643",
    "Poland_Swiecie_2023",
    "Switzerland_Zurich_S5",
    "Poland_Lodz_2022",
]
WORK = {
    "greedy": Rules(Rule.GREEDY),
    "equal-shares": Rules(Rule.EQUAL_SHARES),
    "add1": Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1_EXHAUSTIVE),
    "add1-cardinality": Rules(
        Rule.EQUAL_SHARES,
        completion=Completion.ADD1_EXHAUSTIVE,
        utility=Utility.CARDINALITY,
    ),
}


def main() -> int:
    """Compare; 1 if anything differs, or nothing was compared."""
    folder = Path(os.environ.get("PABULIB_DIR", ""))
    paths = [folder / f"{name}.pb" for name in NAMES]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        print(f"PABULIB_DIR has not all {len(paths)} elections: nothing compared")
        return 1
    different = 0
    for path in paths:
        for work in WORK:
            ours, theirs = engine(path, work), oracle(path, work)
            verdict = "not done in time" if theirs is None else str(ours == theirs)
            different += theirs is not None and ours != theirs
            print(f"{path.stem:35} {work:18} {verdict}", flush=True)
    return int(bool(different))


def engine(path: Path, work: str) -> list[str]:
    """The winners by our engine, ties by name as pabutools has it."""
    election = pabulib.read(path)
    rules, lot = WORK[work], tuple(sorted(project.id for project in election.projects))
    return list(
        count(
            election,
            Rules(
                rules.rule,
                ties=(TieRule.LOT,),
                lot=lot,
                completion=rules.completion,
                utility=rules.utility,
            ),
        ).winners
    )


def oracle(path: Path, work: str) -> list[str] | None:
    """The winners by pabutools; None when it takes too long."""
    command = [str(ORACLE), str(PEER), str(path), work]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    winners: list[str] = json.loads(done.stdout)["winners"]
    return winners


if __name__ == "__main__":
    sys.exit(main())
