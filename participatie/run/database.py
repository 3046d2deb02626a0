"""The database for a command that may run beside the system or without it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from participatie.config import Config
from participatie.run.children import how_it_ended, spawn
from participatie.run.claim import close_to_guests, data_lock, guest_lock
from participatie.run.data_dir import open_data_dir
from participatie.run.errors import RunError
from participatie.run.postgres import Postgres, Role, database_url, is_ready
from participatie.run.programs import MIGRATE, Step, environment

GRACE = 60.0


@contextmanager
def database(
    config: Config, *, role: Role = Role.WEB, migrate: Step | None = MIGRATE
) -> Iterator[Config]:
    """`config` with the address of a migrated database, good until the block ends.

    That is DATABASE_URL when given; else the PostgreSQL of the system that runs on the data
    directory; else one started, migrated and stopped for this block. Commands at the same
    time share one: who started it waits for the others. Without `migrate` the database stays as
    it is. Raises `RunError`. Use it in the main thread.
    """
    if config.database_url:
        yield config
        return
    data_dir = config.data_dir
    open_data_dir(data_dir)
    ours = replace(config, database_url=database_url(data_dir, role))
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline:
        with data_lock(data_dir) as lock, guest_lock(data_dir) as guest:
            if lock.take():
                with _own_server(config, migrate):
                    yield ours
                return
            if guest.take(shared=True) and is_ready(data_dir):
                yield ours
                return
        time.sleep(0.05)
    raise RunError(f"The participatie on {data_dir} does not get ready: try again later.")


@contextmanager
def _own_server(config: Config, migrate: Step | None) -> Iterator[None]:
    with close_to_guests(config.data_dir) as guests:
        postgres = Postgres(config.data_dir, bin_dir=config.pg_bin)
        postgres.prepare()
        log = config.data_dir / "command.log"
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            postgres.start(output)
            postgres.wait_ready()
            postgres.create_roles()
            if migrate is not None:
                _finish(migrate, environment(config, postgres.url(Role.OWNER)), output, log)
            guests.release()
            try:
                yield
            finally:
                guests.take(wait=True)
        finally:
            postgres.stop()
            os.close(output)


def _finish(step: Step, env: dict[str, str], output: int, log: Path) -> None:
    code = spawn(step.argv, env=env, output=output).wait()
    if code:
        raise RunError(f"{step.name} {how_it_ended(code)}; {log} says why.")
