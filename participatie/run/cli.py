"""The command `participatie run`."""

import os
import sys

import click

from participatie.config import Config, ConfigError
from participatie.run.commands import run


@click.command("run")
def command() -> None:
    """Start the whole system on this machine: database, site, worker and clock."""
    try:
        config = Config.from_env(os.environ)
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(run(config))
