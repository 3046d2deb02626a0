"""The `participatie` command. Each command is loaded by name, so that `tally` never loads Flask."""

import copy
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from participatie.config import Config, ConfigError
from participatie.run.errors import RunError

COMMANDS = {
    "check-config": "participatie.core.cli:check_config",
    "create-clerk": "participatie.identity.cli:create_clerk",
    "import-pabulib": "participatie.budget.cli:import_pabulib",
    "migrate": "participatie.core.cli:migrate",
    "run": "participatie.run.cli:run",
    "seed": "participatie.demo.cli:seed",
    "tally": "participatie.votes.counting.cli:tally",
}
"""Command → module and object."""

IN_THE_APPLICATION = {
    "create-clerk": "web",
    "import-pabulib": "web",
    "migrate": "owner",
    "seed": "owner",
}
"""Commands that need the application → their role in the database, which they start when it is
away."""


class Commands(click.Group):
    """Finds commands in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = copy.copy(_load(COMMANDS[cmd_name]))
        if cmd_name in IN_THE_APPLICATION and command.callback is not None:
            role = IN_THE_APPLICATION[cmd_name]
            command.callback = _in_the_application(command.callback, role)
        return command


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _in_the_application(callback: Callable[..., Any], role: str) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        database = _load("participatie.run.database:database")
        with database(Config.from_env(os.environ), role=role) as config:
            app = _load("participatie.app:create_app")(config)
            with app.app_context():
                return callback(*args, **kwargs)

    return run


@click.command(cls=Commands)
@click.version_option(package_name="participatie")
def group() -> None:
    """E-participation for a municipality: run it, fill it, count it."""


def main() -> None:
    """Run the command; what is wrong with the machine or its settings is said without traceback."""
    try:
        group()
    except (ConfigError, RunError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
