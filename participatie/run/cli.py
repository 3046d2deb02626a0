"""The commands `participatie run`, `backup` and `restore`."""

import os
import sys
from pathlib import Path

import click

from participatie.config import Config
from participatie.run import backup as backups
from participatie.run import commands


@click.command()
def run() -> None:
    """Start the whole system on this machine: database, site, worker and clock."""
    sys.exit(commands.run(Config.from_env(os.environ)))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(*, file: Path) -> None:
    """Write the whole database to FILE, while the system runs or not.

    Photos and documents are not in it: keep the directory media of DATA_DIR with it. The keys are
    not in it either: keep those apart.
    """
    config = Config.from_env(os.environ)
    backups.backup(config, file)
    click.echo(f"The database is in {file}. Keep {config.media_dir} with it.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(*, file: Path) -> None:
    """Fill an empty DATA_DIR from FILE, which `participatie backup` wrote."""
    config = Config.from_env(os.environ)
    backups.restore(config, file)
    click.echo(
        f"The database is back. Put media and keys back in {config.data_dir} before you start."
    )
