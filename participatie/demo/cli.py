"""Filling the demo."""

import click
from flask import current_app

from participatie.config import Config, Environment
from participatie.core import migrations
from participatie.core.clock import now
from participatie.core.db import db
from participatie.demo.seeds import waterlanden


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a process already.")
def seed(*, if_empty: bool) -> None:
    """Migrate, and fill the site with the fictive municipality of Waterlanden; twice is once."""
    config: Config = current_app.extensions["config"]
    if config.environment is Environment.PRODUCTION:
        raise click.ClickException("The fictive municipality may not be put in production.")
    migrations.upgrade()
    if if_empty and not waterlanden.is_empty():
        click.echo("There is something already: nothing was made.")
        return
    made = waterlanden.seed(
        pseudonyms=current_app.extensions["pseudonyms"],
        keys=current_app.extensions["vote_keys"],
        storage=current_app.extensions["media"],
        now=now(),
    )
    db.session.commit()
    click.echo("\n".join(made) or "Everything was there already: nothing was made.")
