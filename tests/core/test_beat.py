"""What starts the regular work knows names only; the worker knows what they mean."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SETTINGS = {"APP_ENV": "test", "DATABASE_URL": "postgresql://nobody@/nothing"}
HEAVY = {"flask", "numpy", "participatie.app", "participatie.worker", "participatie.core.db"}


def told(code: str) -> set[str]:
    """What a fresh Python prints as a list."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys; {code}"],
        env={"PATH": os.environ["PATH"], **SETTINGS},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_worker_knows_every_task_that_beat_starts():
    started = told(
        "from participatie.beat import SCHEDULE;"
        " print(json.dumps([one['task'] for one in SCHEDULE.values()]))"
    )
    known = told(
        "from participatie.worker import celery_app; celery_app.loader.import_default_modules();"
        " print(json.dumps(sorted(celery_app.tasks)))"
    )
    assert started
    assert started <= known


def test_beat_loads_no_page_and_no_count():
    loaded = told("import participatie.beat; print(json.dumps(sorted(sys.modules)))")
    assert not loaded & HEAVY
