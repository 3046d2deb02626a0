"""Commands about accounts."""

import json

import click
from flask import current_app

from participatie.config import Config
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.identity import services
from participatie.identity.rules import STAFF, Role


@click.command("create-clerk")
@click.argument("email")
@click.option("--name", required=True, help="The name that others see.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in sorted(STAFF)]),
    default=Role.CLERK.value,
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="For a program that reads the answer.")
def create_clerk(email: str, name: str, role: str, *, as_json: bool) -> None:
    """Make the account of somebody who works here, and print an address to log in with once.

    Done again for the same EMAIL it makes no second account, but gives another address. The
    address works for one hour.
    """
    config: Config = current_app.extensions["config"]
    codes = current_app.extensions["codes"]
    try:
        account, code = services.make_staff(
            email, name=name, role=Role(role), codes=codes, now=now()
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    link = f"{config.base_url}/inloggen/medewerker/{code}"
    if as_json:
        answer = {"email": account.email, "roles": sorted(account.roles), "log_in": link}
        click.echo(json.dumps(answer))
    else:
        click.echo(f"{account.email}: {', '.join(sorted(account.roles))}")
        click.echo(f"Log in once, within one hour: {link}")
