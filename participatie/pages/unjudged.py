"""What residents wrote and nobody judged yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import aliased

from participatie.contributions.models import Contribution
from participatie.discussions.models import Comment, Discussion
from participatie.identity.rules import Actor
from participatie.moderation.queries import unseen
from participatie.proposals.models import Proposal, ProposalClaim

_OFFICIAL = tuple(kind.__table__ for kind in (Proposal, Discussion, Comment))


def unjudged(after: datetime) -> Select[Contribution]:
    """What residents published after a moment and was neither reported nor judged, the oldest
    first.

    What the municipality wrote needs no judging by itself, nor does an idea of a meeting that the
    griffie typed, until somebody claims it.
    """
    return unseen(after).where(*(~_is_written(table) for table in _OFFICIAL), ~_is_typed())


def but_of(actor: Actor) -> ColumnElement[bool]:
    """That somebody else wrote it: nobody judges what is their own."""
    return Contribution.author_id.is_distinct_from(actor.id)


def published_after(contribution_id: int) -> ColumnElement[bool]:
    """That it comes after this contribution on the list."""
    other = aliased(Contribution)
    its_place = select(other.published_at, other.id).where(other.id == contribution_id)
    here = tuple_(Contribution.published_at, Contribution.id)
    return here > its_place.scalar_subquery()


def _is_written(table: Any) -> ColumnElement[bool]:
    return exists().where(table.c.id == Contribution.id, table.c.is_official)


def _is_typed() -> ColumnElement[bool]:
    return exists().where(ProposalClaim.proposal_id == Contribution.id)
