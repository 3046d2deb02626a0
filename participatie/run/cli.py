"""The command `participatie run`."""

import os
import sys

import click

from participatie.config import Config
from participatie.run import commands


@click.command()
def run() -> None:
    """Start the whole system on this machine: database, site, worker and clock."""
    sys.exit(commands.run(Config.from_env(os.environ)))
