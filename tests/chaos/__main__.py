"""`make chaos`: a run, and the line over all runs before it.

python -m tests.chaos [casts]
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from participatie.config import default_data_dir
from tests.chaos.harness import added_up, run

CASTS = 3000


def main() -> int:
    """Run, say it, keep it; 1 when something was lost, doubled or wrong."""
    casts = int(sys.argv[1]) if len(sys.argv) > 1 else CASTS
    seed = random.randrange(2**32)
    print(f"chaos: seed {seed}", flush=True)
    outcome = run(casts, seed=seed)
    print(outcome)
    for fault in outcome.faults:
        print(f"WRONG: {fault}")
    kept = _data_dir() / "chaos.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(added_up(kept.read_text() if kept.exists() else "", outcome))
    print(f"over all runs: {kept.read_text()}")
    return 1 if outcome.lost or outcome.doubled or outcome.faults else 0


def _data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or default_data_dir())


if __name__ == "__main__":
    sys.exit(main())
