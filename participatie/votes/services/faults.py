"""A vote that cannot be counted: who closes it hears so, and the manager has it tried again."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.models.board import CountFault
from participatie.votes.models.rounds import VoteRound
from participatie.votes.services import closers, locks
from participatie.votes.services.emptying import BoxFault


def blocked(round_id: int, fault: BoxFault, *, now: datetime) -> None:
    """Note that a round cannot be counted and why, and mail who closes it."""
    facts = {"kind": fault.kind, "seq": fault.seq, "found_at": now}
    note = upsert(CountFault).values(round_id=round_id, **facts)
    db.session.execute(note.on_conflict_do_update(constraint="pk_count_fault", set_=facts))
    detail = {"kind": fault.kind, "entry": fault.seq}
    subject = f"vote_round/{round_id}"
    audit.record("votes.cannot_count", account_id=None, subject=subject, now=now, detail=detail)
    vote_round = db.session.get_one(VoteRound, round_id)
    outbox.tell_each(
        closers.who_hears(vote_round),
        "votes.cannot_count",
        dedup=f"{round_id}/{now.timestamp():.0f}",
        now=now,
        parameters={"title": vote_round.title, "round_id": round_id},
    )


def try_again(round_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a round be counted again that could not be. Raises `Conflict` when nothing is wrong."""
    locks.have_alone(round_id)
    gone = delete(CountFault).where(CountFault.round_id == round_id)
    if db.session.scalars(gone.returning(CountFault.round_id)).one_or_none() is None:
        raise Conflict(N_("Nothing keeps this vote from being counted."))
    subject = f"vote_round/{round_id}"
    audit.record("votes.try_count_again", account_id=actor.id, subject=subject, now=now)
