"""Commands about the system itself."""

import json
import os
import sys

import click

from participatie.config import Config
from participatie.core import migrations
from participatie.core.settings import problems, settings


@click.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    migrations.upgrade()


@click.command("check-config")
@click.option("--json", "as_json", is_flag=True, help="For a program that reads the answer.")
def check_config(*, as_json: bool) -> None:
    """Say every setting, where it comes from, and what is wrong; secrets are not printed.

    The exit code is 1 when something is wrong.
    """
    config, wrong = Config.read(os.environ)
    wrong += problems(config)
    table = settings(config, os.environ)
    if as_json:
        rows = {row.name: {"value": row.value, "from": row.origin} for row in table}
        click.echo(json.dumps({"settings": rows, "problems": wrong}))
    else:
        for row in table:
            click.echo(f"{row.name:<20} {row.value}  ({row.origin})")
        click.echo("")
        click.echo("\n".join(f"WRONG: {sentence}" for sentence in wrong) or "Nothing is wrong.")
    sys.exit(1 if wrong else 0)
