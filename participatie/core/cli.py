"""Commands about the system itself."""

import click

from participatie.core import migrations


@click.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    migrations.upgrade()
