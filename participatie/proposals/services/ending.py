"""What ends by itself: the time for support, and proposals that did not get enough of it."""

from datetime import datetime, timedelta

from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions.models import Follow
from participatie.contributions.rules import TRANSITIONS, State
from participatie.core import outbox
from participatie.core.db import db
from participatie.core.states import advance
from participatie.identity.models import Account
from participatie.processes.models import Process
from participatie.proposals import ends
from participatie.proposals.models import Proposal, SupportEnd
from participatie.proposals.rules.proposals import archive_moment, support_ended
from participatie.theming import formats

LATE = timedelta(days=7)
"""For how long after it the end of support is still news."""


def announce(proposal: Proposal, *, now: datetime) -> None:
    """Tell author and followers when a proposal goes to the archive; support can still come."""
    weeks, published_at = proposal.process.archive_weeks, proposal.published_at
    if weeks is None or published_at is None:
        raise ValueError("a proposal without a term was to be archived")
    proposal.archive_on = archive_moment(published_at, weeks, now)
    if proposal.archive_on is not None:
        words = {"day": formats.day(proposal.archive_on), **_numbers(proposal, proposal.process)}
        _tell(proposal, "proposals.archive_soon", words, now=now)


def archive(proposal: Proposal, *, now: datetime) -> None:
    """Keep a proposal that did not get enough support: to read, and not to support."""
    proposal.state = advance(TRANSITIONS, proposal.state, State.ARCHIVED)
    _tell(proposal, "proposals.archived", _numbers(proposal, proposal.process), now=now)


def tell_end_of_support(process: Process, *, now: datetime) -> bool:
    """Tell author and followers of each proposal whether it got the support it needs.

    Once for each end, also when two are about to; whether it is this one that tells.
    """
    ended = support_ended(process.phases, now)
    if ended is None or now - ended > LATE or not _is_first_to_tell(process.id, ended):
        return False
    for proposal in db.session.scalars(ends.collected(process.id)).all():
        reached = proposal.support_count >= (process.support_threshold or 0)
        words = {"reached": reached, **_numbers(proposal, process)}
        _tell(proposal, "proposals.support_ended", words, now=now)
    return True


def _is_first_to_tell(process_id: int, ended: datetime) -> bool:
    """Note that the end of support is told; False where that was noted already."""
    note = insert(SupportEnd).values(process_id=process_id, ended_at=ended)
    noted = note.on_conflict_do_update(
        index_elements=["process_id"],
        set_={"ended_at": note.excluded.ended_at},
        where=SupportEnd.ended_at != note.excluded.ended_at,
    )
    return db.session.scalars(noted.returning(SupportEnd.process_id)).first() is not None


def _numbers(proposal: Proposal, process: Process) -> dict[str, object]:
    return {"count": proposal.support_count, "threshold": process.support_threshold or 0}


def _tell(proposal: Proposal, kind: str, words: dict[str, object], *, now: datetime) -> None:
    follows = select(Follow.account_id).where(Follow.contribution_id == proposal.id)
    author = select(Account.id).where(Account.id == proposal.author_id)
    both = union(follows, author).subquery()
    outbox.tell_each(
        select(both.c.account_id),
        kind,
        dedup=f"{proposal.id}/{now.isoformat()}",
        now=now,
        parameters={
            "contribution_id": proposal.id,
            "title": proposal.title,
            "language": proposal.language,
            **words,
        },
    )
