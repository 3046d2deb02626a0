"""Finding what ends by itself: the time for support, and proposals without enough of it."""

from datetime import datetime

from sqlalchemy import Integer, Select, cast, exists, func, select
from sqlalchemy.orm import contains_eager, selectinload

from participatie.contributions.rules import State
from participatie.processes.models import Phase, Process
from participatie.proposals.models import Answer, Initiative, Proposal
from participatie.proposals.rules.proposals import ARCHIVE_NOTICE


def without_enough_support() -> Select[Proposal]:
    """Published proposals of open processes that end after a term, and have not made it yet.

    What is answered, on its road to the council, or has the support that it needs stays; and what
    the municipality proposes itself, which needs none.
    """
    return (
        select(Proposal)
        .join(Proposal.process)
        .options(contains_eager(Proposal.process))
        .where(
            Proposal.state == State.PUBLISHED,
            Process.archive_weeks.is_not(None),
            Process.archived_at.is_(None),
            ~Proposal.is_official,
            Proposal.support_count < Process.support_threshold,
            ~exists().where(Answer.proposal_id == Proposal.id),
            ~exists().where(Initiative.proposal_id == Proposal.id),
        )
        .order_by(Proposal.id)
    )


def to_announce(now: datetime) -> Select[Proposal]:
    """Of those, what is near its end and was not told so."""
    term = func.make_interval(0, 0, cast(Process.archive_weeks, Integer))
    return without_enough_support().where(
        Proposal.archive_on.is_(None), Proposal.published_at + term <= now + ARCHIVE_NOTICE
    )


def to_archive(now: datetime) -> Select[Proposal]:
    """Of those, what was told and has come to its end."""
    return without_enough_support().where(Proposal.archive_on <= now)


def archived(process_id: int) -> Select[Proposal]:
    """The proposals of a process that are in the archive, the last to come first."""
    return (
        select(Proposal)
        .where(Proposal.process_id == process_id, Proposal.state == State.ARCHIVED)
        .order_by(Proposal.archive_on.desc(), Proposal.id.desc())
    )


def to_tell_of_end(after: datetime) -> Select[Process]:
    """Open processes with a number of supporters, of which a phase ended after that or will."""
    recent = exists().where(Phase.process_id == Process.id, Phase.ends_at > after)
    return (
        select(Process)
        .where(
            Process.published_at.is_not(None),
            Process.archived_at.is_(None),
            Process.support_threshold.is_not(None),
            recent,
        )
        .options(selectinload(Process.phases))
        .order_by(Process.id)
    )


def collected(process_id: int) -> Select[Proposal]:
    """What collected support in a process for an answer: published, not answered, no initiative,
    and not of the municipality itself."""
    return (
        select(Proposal)
        .where(
            Proposal.process_id == process_id,
            Proposal.state == State.PUBLISHED,
            ~Proposal.is_official,
            ~exists().where(Answer.proposal_id == Proposal.id),
            ~exists().where(Initiative.proposal_id == Proposal.id),
        )
        .order_by(Proposal.id)
    )
