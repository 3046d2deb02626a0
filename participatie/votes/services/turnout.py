"""Telling everybody how many voted, in votes of which the rules say so."""

from datetime import datetime

from sqlalchemy import DateTime, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.votes.models.rounds import Roll, Turnout, VoteRound
from participatie.votes.queries import rounds as round_queries


def count_hourly(*, now: datetime) -> None:
    """Count the voters of the open rounds that show their turnout, once in each hour.

    A page shows the number of this moment until the next hour: nobody can see from it when one
    person votes, and the page is made once an hour, not once a vote.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    voters = (
        select(func.count())
        .where(Roll.round_id == VoteRound.id, Roll.version > 0)
        .scalar_subquery()
    )
    due = (
        select(VoteRound.id, voters, literal(now, DateTime(timezone=True)))
        .outerjoin(Turnout, Turnout.round_id == VoteRound.id)
        .where(
            VoteRound.shows_turnout,
            round_queries.NO_REHEARSAL,
            round_queries.OPEN_NOW,
            func.coalesce(Turnout.counted_at < hour, True),
        )
    )
    row = insert(Turnout).from_select(["round_id", "voters", "counted_at"], due)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["round_id"],
            set_={"voters": row.excluded.voters, "counted_at": row.excluded.counted_at},
            where=Turnout.counted_at < hour,  # somebody else may have counted meanwhile
        )
    )


def turnout_of(vote_round: VoteRound | None) -> Turnout | None:
    """How many voted, as everybody may know while the vote is open; None where nobody may."""
    if vote_round is None or not vote_round.shows_turnout:
        return None
    return db.session.get(Turnout, vote_round.id)
