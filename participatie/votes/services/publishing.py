"""Letting everybody see what was counted; what was published stays readable."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import TRANSITIONS, Grade, RoundState
from participatie.votes.services import locks


def publish_by_itself(round_id: int, *, actor: Actor, now: datetime) -> bool:
    """Publish a counted round for which nobody has to act: of the grade licht."""
    locks.have_alone(round_id)
    vote_round = db.session.get(VoteRound, round_id, populate_existing=True)
    if (
        vote_round is None
        or vote_round.grade is not Grade.LIGHT
        or vote_round.state is not RoundState.COUNTED
    ):
        return False
    version = db.session.scalars(result_queries.tallies(round_id)).all()[0].version
    _publish(vote_round, version, is_final=True, actor=actor, now=now)
    return True


def publish_agreed(vote_round: VoteRound, asked: VoteAct, *, now: datetime) -> None:
    """Publish the count on which two people agreed, unless they chose a later moment."""
    at = asked.terms.get("at")
    moment = db.session.scalars(select(func.clock_timestamp())).one()
    if at is not None and datetime.fromtimestamp(at, UTC) > moment:
        return
    _publish(
        vote_round,
        asked.facts["version"],
        is_final=asked.facts["is_final"],
        asked=asked,
        actor=Actor(asked.confirmed_by),
        now=now,
    )


def publish_due(act_id: int, *, now: datetime) -> bool:
    """Publish what was agreed for this moment; False when that is done.

    A count that was made again since is not published over the newer one. Raises `NotFound`.
    """
    asked = db.session.get(VoteAct, act_id)
    if asked is None:
        raise NotFound
    locks.have_alone(asked.round_id)
    newest = db.session.scalars(result_queries.tallies(asked.round_id)).first()
    if was_published(asked) or newest is None or newest.version != asked.facts["version"]:
        return False
    vote_round = db.session.get_one(VoteRound, asked.round_id, populate_existing=True)
    publish_agreed(vote_round, asked, now=now)
    return True


def was_published(asked: VoteAct) -> bool:
    """Whether what two people agreed to publish is there for everybody."""
    there = select(PublishedResult.act_id).where(PublishedResult.act_id == asked.id)
    return db.session.scalars(there).one_or_none() is not None


def _publish(
    vote_round: VoteRound,
    version: int,
    *,
    is_final: bool,
    actor: Actor,
    now: datetime,
    asked: VoteAct | None = None,
) -> None:
    """One more result for everybody; a new count gets the next number."""
    before = db.session.scalars(result_queries.published_results(vote_round.id)).first()
    if vote_round.state is not RoundState.PUBLISHED:
        vote_round.state = advance(TRANSITIONS, vote_round.state, RoundState.PUBLISHED)
    number = 1 if before is None else before.number + (before.version != version)
    recounts = db.session.scalars(act_queries.confirmed(vote_round.id, Act.RECOUNT)).all()
    again = recounts[-1].reason if number > 1 and recounts else ""
    shown = PublishedResult(
        round_id=vote_round.id,
        number=number,
        is_final=is_final,
        version=version,
        act_id=asked.id if asked else None,
        reason=(asked.reason if asked else "") or again,
        published_at=now,
    )
    db.session.add(shown)
    if vote_round.rehearsal_of is not None:
        real = db.session.get_one(VoteRound, vote_round.rehearsal_of)
        real.rehearsed_hash = vote_round.rehearsed_hash
    db.session.flush()
    subject, detail = f"vote_round/{vote_round.id}", {"version": number, "is_final": is_final}
    audit.record("votes.publish", account_id=actor.id, subject=subject, now=now, detail=detail)
