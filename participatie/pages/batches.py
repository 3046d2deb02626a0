"""Finding several contributions at once, and what a clerk did with them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload, with_polymorphic

from participatie.contributions.models import Contribution
from participatie.contributions.rules import State
from participatie.pages.models import Batch, BatchItem
from participatie.proposals.models import Answer


def several(numbers: Collection[int]) -> Select[Contribution]:
    """The contributions with these numbers and their texts, whatever their kind; no drafts."""
    everything = with_polymorphic(Contribution, "*")
    return (
        select(everything)
        .where(everything.id.in_(numbers), everything.state != State.DRAFT)
        .order_by(everything.published_at, everything.id)
        .execution_options(populate_existing=True)
    )


def held(numbers: Collection[int]) -> Select[int]:
    """The same, which nobody else changes in this transaction; always in one order."""
    return (
        select(Contribution.id)
        .where(Contribution.id.in_(numbers))
        .order_by(Contribution.id)
        .with_for_update()
    )


def answer_moments(numbers: Collection[int]) -> Select[int, datetime]:
    """When each of some proposals was answered last."""
    last = func.coalesce(Answer.corrected_at, Answer.answered_at)
    return select(Answer.proposal_id, last).where(Answer.proposal_id.in_(numbers))


def batch(batch_id: int) -> Select[Batch]:
    """What was done with several, with each of them."""
    one = selectinload(Batch.items).joinedload(BatchItem.contribution)
    return select(Batch).where(Batch.id == batch_id).options(one)


def just_done(account_id: int | None, after: datetime) -> Select[Batch]:
    """What somebody did with several after a moment and did not undo, the newest first."""
    return (
        select(Batch)
        .where(Batch.clerk_id == account_id, Batch.made_at > after, Batch.undone_at.is_(None))
        .order_by(Batch.id.desc())
        .limit(1)
    )
