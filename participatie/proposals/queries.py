"""Finding proposals, with all that a list or a page shows of them."""

from typing import Any

from sqlalchemy import Select, UnaryExpression, exists, select
from sqlalchemy.orm import contains_eager, defer, joinedload, with_expression

from participatie.contributions.rules import State
from participatie.discussions.queries import number_of_comments
from participatie.processes.models import Area, Process
from participatie.proposals.models import Answer, Proposal, Support
from participatie.proposals.rules import Order

ORDER_BY: dict[Order, tuple[UnaryExpression[Any], ...]] = {
    Order.NEWEST: (Proposal.published_at.desc(), Proposal.id.desc()),
    Order.SUPPORT: (Proposal.support_count.desc(), Proposal.id.desc()),
}


_LISTED = (
    select(Proposal)
    .where(Proposal.state == State.PUBLISHED)
    .options(
        defer(Proposal.text),
        defer(Proposal.html),
        joinedload(Proposal.area),
        joinedload(Proposal.answer).load_only(Answer.status),
        with_expression(Proposal.comment_count, number_of_comments(Proposal.id)),
    )
)
"""Made once: building it costs as much as running it."""


def process_of_list(slug: str) -> Select[Process]:
    """A published process with its phases in one query; the result needs `.unique()`."""
    return (
        select(Process)
        .where(Process.slug == slug, Process.published_at.is_not(None))
        .options(joinedload(Process.phases))
    )


def proposals_in(
    process_id: int, *, area_id: int | None = None, order: Order = Order.NEWEST
) -> Select[Proposal]:
    """The published proposals of a process, with area, answer and the number of comments."""
    statement = _LISTED.where(Proposal.process_id == process_id).order_by(*ORDER_BY[order])
    return statement if area_id is None else statement.where(Proposal.area_id == area_id)


def proposal(proposal_id: int) -> Select[Proposal]:
    """One proposal of a published process with all that its page shows; needs `.unique()`."""
    return (
        select(Proposal)
        .join(Proposal.process)
        .where(Proposal.id == proposal_id, Process.published_at.is_not(None))
        .options(
            contains_eager(Proposal.process).joinedload(Process.phases),
            joinedload(Proposal.area),
            joinedload(Proposal.answer),
        )
    )


def areas() -> Select[Area]:
    """The areas of the municipality."""
    return select(Area).order_by(Area.name)


def support(proposal_id: int, account_id: int) -> Select[Support]:
    """That someone stands behind a proposal, when it is so."""
    return select(Support).where(
        Support.proposal_id == proposal_id, Support.account_id == account_id
    )


def draft_of(account_id: int, process_id: int) -> Select[Proposal]:
    """The proposal that someone began last in a process and has not published."""
    return (
        select(Proposal)
        .where(
            Proposal.author_id == account_id,
            Proposal.process_id == process_id,
            Proposal.state == State.DRAFT,
        )
        .order_by(Proposal.id.desc())
        .limit(1)
    )


def unanswered() -> Select[Proposal]:
    """Published proposals that the municipality has not answered, the oldest first."""
    return (
        select(Proposal)
        .where(
            Proposal.state == State.PUBLISHED,
            ~exists().where(Answer.proposal_id == Proposal.id),
        )
        .order_by(Proposal.published_at, Proposal.id)
    )
