"""Wanting to hear about a process."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.identity.rules import Actor
from participatie.processes.models import Process, ProcessFollow


def follow(process: Process, *, actor: Actor, now: datetime) -> None:
    """Let `actor` hear about a process; following twice is following once."""
    row = insert(ProcessFollow).values(process_id=process.id, account_id=actor.id, since=now)
    db.session.execute(row.on_conflict_do_nothing())


def unfollow(process: Process, *, actor: Actor) -> None:
    """Let `actor` hear no more about a process."""
    db.session.execute(
        delete(ProcessFollow).where(
            ProcessFollow.process_id == process.id, ProcessFollow.account_id == actor.id
        )
    )
