"""«I did not vote»: told to the team and to who closes the vote."""

from datetime import datetime

from sqlalchemy import literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed
from participatie.identity.models import Account
from participatie.identity.rules import Actor, Role
from participatie.teams.queries import may_work_as
from participatie.votes.models.complaints import VoteComplaint
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import Voter


def complain(vote: VoteRound, *, voter: Voter, actor: Actor, now: datetime) -> None:
    """Say that one's right to vote was used by somebody else; once, also when pressed twice.

    Raises `NotAllowed` for who has no account, `Conflict` when the right is not used.
    """
    if actor.id is None:
        raise NotAllowed(N_("Log in first. Or call us."))
    if db.session.scalars(round_queries.times_cast(vote.id, voter.key)).one_or_none() in {None, 0}:
        raise Conflict(N_("Your right to vote is not used. You can still vote."))
    made = insert(VoteComplaint).values(round_id=vote.id, account_id=actor.id, made_at=now)
    if db.session.execute(made.on_conflict_do_nothing().returning(literal(1))).first() is None:
        return
    closers = [number for number in (vote.clerk_id, vote.second_id) if number is not None]
    team = select(Account.id).where(
        Account.blocked_at.is_(None),
        or_(may_work_as({Role.CLERK}, vote.process_id), Account.id.in_(closers)),
    )
    outbox.tell_each(
        team,
        "votes.complaint",
        dedup=f"{vote.id}/{actor.id}",
        now=now,
        parameters={"title": vote.title, "path": f"/griffie/stemmingen/{vote.id}"},
        urgent=True,
    )
    subject = f"vote_round/{vote.id}"
    audit.record("votes.complain", account_id=actor.id, subject=subject, now=now)
