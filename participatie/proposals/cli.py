"""Counting anew what is kept as a number."""

import click

from participatie.core.db import db
from participatie.discussions.services import weighing
from participatie.proposals.services import supporting


@click.command()
def recount() -> None:
    """Count supporters and opinions anew, say which numbers had drifted, and mend them."""
    proposals, weighed = supporting.recount(), weighing.recount()
    db.session.commit()
    for kind, mended in (("proposal", proposals), ("discussion or comment", weighed)):
        for number in mended:
            click.echo(f"{kind} {number}: its number was wrong and is right now")
    if not proposals and not weighed:
        click.echo("all numbers are right")
