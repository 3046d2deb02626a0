"""What is left of a PostgreSQL that was killed."""

from pathlib import Path

import psutil

from participatie.run.postgres import Postgres


def test_a_killed_server_starts_again_beside_what_is_left_of_it_and_stands_still(
    made_dir: Path,
) -> None:
    server = Postgres(made_dir)
    server.prepare()
    try:
        process = server.start()
        server.wait_ready()
        left = [one for one in psutil.Process(process.pid).children() if _is_stopped(one)]
        process.kill()
        process.wait()

        server.start()
        server.wait_ready()

        assert server.psql("SELECT 1").strip() == "1"
        assert left
        _, there = psutil.wait_procs(left, timeout=5)
        assert {one.status() for one in there} <= {psutil.STATUS_ZOMBIE}
    finally:
        server.stop()


def _is_stopped(process: psutil.Process) -> bool:
    """Stop it; False for one that has ended by itself, as who answered a question has."""
    try:
        process.suspend()
    except psutil.NoSuchProcess:
        return False
    return True
