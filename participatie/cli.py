"""The `participatie` command. Each command is loaded by name, so that `tally` never loads Flask."""

import copy
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from participatie.config import Config, ConfigError
from participatie.run.errors import RunError
from participatie.run.turn import wait_for_turn

COMMANDS = {
    "backup": "participatie.run.cli:backup",
    "check-config": "participatie.core.cli:check_config",
    "create-clerk": "participatie.identity.cli:create_clerk",
    "import-pabulib": "participatie.budget.cli:import_pabulib",
    "migrate": "participatie.core.cli:migrate",
    "recount": "participatie.budget.cli:recount",
    "restore": "participatie.run.cli:restore",
    "run": "participatie.run.cli:run",
    "seed": "participatie.demo.cli:seed",
    "tally": "participatie.votes.counting.cli:tally",
    "theme": "participatie.theming.cli:theme",
    "votes": "participatie.votes.cli:votes",
}
"""Command → module and object."""

IN_THE_APPLICATION = {
    "create-clerk": "web",
    "import-pabulib": "web",
    "migrate": "owner",
    "recount": "web",
    "seed": "owner",
    "votes": "web",
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
        command: click.Command = _load(COMMANDS[cmd_name])
        role = IN_THE_APPLICATION.get(cmd_name)
        return command if role is None else _with_the_application(command, role)


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _with_the_application(command: click.Command, role: str) -> click.Command:
    """`command`, or each command of a group, run inside the application."""
    command = copy.copy(command)
    if isinstance(command, click.Group):
        inside = {name: _with_the_application(c, role) for name, c in command.commands.items()}
        command.commands = inside
    elif command.callback is not None:
        command.callback = _in_the_application(command.callback, role)
    return command


def _in_the_application(callback: Callable[..., Any], role: str) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        database = _load("participatie.run.database:database")
        create_app = _load("participatie.app:create_app")
        wait_for_turn()
        with database(Config.from_env(os.environ), role=role) as config:
            app = create_app(config)
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
        _end(2)
    except SystemExit as end:
        if not isinstance(end.code, int) or "participatie.app" not in sys.modules:
            raise
        _end(end.code)


def _end(code: int) -> NoReturn:
    """End at once: taking the whole application apart takes longer than many a command."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
