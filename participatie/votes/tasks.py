"""What runs by itself: rounds open and close on time, and what is closed is counted."""

from celery import shared_task
from flask import current_app

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import Actor
from participatie.votes import queries, services

SYSTEM = Actor()


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> str:
    """Open and close the rounds that are due, and have those counted that are closed."""
    opened = services.open_due(now=now())
    db.session.commit()
    closed = [number for number in db.session.scalars(queries.due_to_close()).all() if _end(number)]
    waiting = db.session.scalars(queries.due_to_count()).all()
    for round_id in waiting:
        tally.delay(round_id)
    found = {"opened": opened, "closed": closed, "to count": waiting}
    return ", ".join(f"{what} {rounds}" for what, rounds in found.items() if rounds)


@shared_task  # type: ignore[untyped-decorator]
def tally(round_id: int) -> str:
    """Count one closed round; nothing when that is done already."""
    made = services.tally(round_id, keys=current_app.extensions["vote_keys"], now=now())
    db.session.commit()
    return f"round {round_id}: {made.ballots} ballots, result {made.result_hash}"


def _end(round_id: int) -> bool:
    """Close one round, unless another process was first."""
    try:
        services.close(round_id, actor=SYSTEM, now=now())
    except Conflict:
        db.session.rollback()
        return False
    db.session.commit()
    return True
