"""The database in one file, and back: of the PostgreSQL that participatie starts itself."""

import os
import subprocess
from pathlib import Path

from participatie.config import Config
from participatie.run.claim import claim, close_to_guests
from participatie.run.data_dir import open_data_dir
from participatie.run.database import database
from participatie.run.errors import RunError
from participatie.run.postgres import (
    DATABASE,
    SUPERUSER,
    Postgres,
    Role,
    client_environment,
    complaint,
)

IS_EMPTY = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


def backup(config: Config, file: Path) -> None:
    """Write the whole database to `file`, readable by its owner only, while the system runs or not.

    Nothing is migrated for it, so it can be made before an upgrade. Raises `RunError`.
    """
    _check_ours(config)
    if file.exists():
        raise RunError(f"{file} is there already: choose another name.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with database(config, role=Role.OWNER, migrate=None):
            server = Postgres(config.data_dir, bin_dir=config.pg_bin)
            _ask(server, "pg_dump", "--format=custom", "--file", str(unfinished), DATABASE)
        unfinished.rename(file)
    except OSError as error:
        raise RunError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def restore(config: Config, file: Path) -> None:
    """Fill the database of a data directory that has none yet from what `backup` wrote.

    All of it or nothing. Raises `RunError`, also when there is something already.
    """
    _check_ours(config)
    open_data_dir(config.data_dir)
    with claim(config.data_dir), close_to_guests(config.data_dir):
        server = Postgres(config.data_dir, bin_dir=config.pg_bin)
        _ask(server, "pg_restore", "--list", str(file), connects=False)
        server.prepare()
        try:
            server.start()
            server.wait_ready()
            server.create_roles()
            if server.psql(IS_EMPTY, DATABASE).strip() != "0":
                raise RunError(
                    f"{config.data_dir} holds a site already: choose an empty DATA_DIR, or put "
                    "this one away first."
                )
            into = ("--dbname", DATABASE, "--single-transaction", "--exit-on-error")
            _ask(server, "pg_restore", *into, str(file))
        finally:
            server.stop()


def _check_ours(config: Config) -> None:
    if config.database_url:
        raise RunError(
            "DATABASE_URL is set: keep and restore that database with its own pg_dump and "
            "pg_restore."
        )


def _ask(server: Postgres, name: str, *arguments: str, connects: bool = True) -> None:
    where = ("-h", str(server.socket_dir), "-U", SUPERUSER) if connects else ()
    done = subprocess.run(  # noqa: S603 - our own program
        [server.program(name), *where, *arguments],
        env=client_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,  # Ctrl-C is for us to answer
    )
    if done.returncode:
        raise RunError(f"{name} refused: {complaint(done.stderr)}")
