"""Commands about votes, for who runs the machine."""

import click

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError
from participatie.identity.rules import VISITOR
from participatie.votes.keys import KeysAway
from participatie.votes.services import destroying, faults
from participatie.votes.voters import vote_keys


@click.group()
def votes() -> None:
    """Count a vote again, and destroy the keys of votes in time."""


@votes.command("destroy-keys")
@click.argument("round_id", metavar="ROUND", type=int)
@click.option("--yes", is_flag=True, help="Do not ask first.")
def destroy_keys(round_id: int, *, yes: bool) -> None:
    """Destroy the keys of ROUND, six weeks after its result at the earliest.

    From then on nobody can tell who voted, or open a ballot. The result and the board stay.
    Destroy the copies that you keep outside this machine too.
    """
    if not yes:
        click.confirm(f"The keys of vote {round_id} can never be made again. Go on?", abort=True)
    try:
        destroying.destroy_keys(round_id, keys=vote_keys(), actor=VISITOR, now=now())
    except KeysAway:
        raise click.ClickException("The sealer does not answer: is the system running?") from None
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"The keys of vote {round_id} are destroyed, and the board says so.")


@votes.command("count-again")
@click.argument("round_id", metavar="ROUND", type=int)
def count_again(round_id: int) -> None:
    """Let ROUND be counted again, after it was refused because box and board were not equal.

    Find out first what happened, and mend it: nothing that is wrong is ever counted.
    """
    try:
        faults.try_again(round_id, actor=VISITOR, now=now())
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"Vote {round_id} is counted again within a minute. Look at its run sheet then.")
