"""Agreeing with what others say, or not, and counting that."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy import text as sql

from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.discussions.models import Comment, Discussion, GivenOpinion, Weighed
from participatie.discussions.queries.opinions import opinions_counted_anew
from participatie.discussions.rules import Opinion, can_weigh
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may


def weigh(said: Weighed, opinion: Opinion, *, actor: Actor, now: datetime) -> bool:
    """Agree or disagree with what somebody said; the same opinion once more takes it back.

    Whether `actor` has an opinion on it now. Raises `NotAllowed`.
    """
    contributions.hold(said)  # and so the numbers follow the opinions, whoever else presses
    if not can_weigh(said.state, author_id=said.author_id, actor=actor):
        raise NotAllowed(N_("You can only agree or disagree with what somebody else says."))
    if not may(Action.COMMENT, said.process.phases, now):
        raise NotAllowed(N_("You cannot say so at this moment. This process is between phases."))
    check_may_take_part(said.process_id, actor=actor, now=now)
    former = db.session.execute(
        delete(GivenOpinion)
        .where(GivenOpinion.contribution_id == said.id, GivenOpinion.account_id == actor.id)
        .returning(GivenOpinion.opinion)
    ).scalar_one_or_none()
    holds = former is not opinion
    if holds:
        row = {"contribution_id": said.id, "account_id": actor.id, "opinion": opinion, "since": now}
        db.session.add(GivenOpinion(**row))
    _count(said, {one: holds * (one is opinion) - (one is former) for one in Opinion})
    return holds


def _count(said: Weighed, change: dict[Opinion, int]) -> None:
    table: Any = type(said).__table__
    db.session.execute(
        update(table)
        .where(table.c.id == said.id)
        .values(
            agree_count=table.c.agree_count + change[Opinion.AGREE],
            disagree_count=table.c.disagree_count + change[Opinion.DISAGREE],
        )
    )
    db.session.refresh(said, ["agree_count", "disagree_count"])


def recount() -> list[int]:
    """Count all opinions anew; gives what had numbers that had drifted and are right now.

    Nobody can give an opinion meanwhile: a number that was read a moment ago would be written
    again.
    """
    db.session.execute(sql("LOCK TABLE given_opinion IN SHARE MODE"))
    return [
        number
        for kind in (Discussion, Comment)
        for number in db.session.scalars(opinions_counted_anew(kind))
    ]
