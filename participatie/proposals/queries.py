"""Finding proposals, with all that a list or a page shows of them."""

from typing import Any

from sqlalchemy import Select, UnaryExpression, and_, exists, false, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from participatie.contributions.models import Contribution, ContributionImage
from participatie.contributions.rules import State
from participatie.discussions.queries import number_of_comments
from participatie.media.models import Image
from participatie.processes.models import Area, Process
from participatie.proposals.models import Answer, Proposal, Support
from participatie.proposals.rules import Order

_BASE = Contribution.__table__
_OWN = Proposal.__table__
_AREA = Area.__table__
_ANSWER = Answer.__table__
_SHOWN = ContributionImage.__table__
_COVER = aliased(Image, name="cover")

ORDER_BY: dict[Order, tuple[UnaryExpression[Any], ...]] = {
    Order.NEWEST: (_BASE.c.published_at.desc(), _BASE.c.id.desc()),
    Order.SUPPORT: (_OWN.c.support_count.desc(), _BASE.c.id.desc()),
}


_LISTED = (
    select(
        _BASE.c.id,
        _BASE.c.title,
        _BASE.c.summary,
        _OWN.c.support_count,
        _AREA.c.name.label("area"),
        _ANSWER.c.status.label("answer"),
        number_of_comments(_BASE.c.id).label("comment_count"),
        _COVER,
    )
    .select_from(
        _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
        .outerjoin(_AREA, _AREA.c.id == _BASE.c.area_id)
        .outerjoin(_ANSWER, _ANSWER.c.proposal_id == _BASE.c.id)
        .outerjoin(_SHOWN, and_(_SHOWN.c.contribution_id == _BASE.c.id, _SHOWN.c.position == 1))
        .outerjoin(_COVER, _COVER.id == _SHOWN.c.image_id)
    )
    .where(_BASE.c.state == State.PUBLISHED)
)
"""Made once, and rows of it no objects: a list shows twenty at a time to everybody."""


def process_of_form(slug: str) -> Select[Process]:
    """A published process with its phases in one query; the result needs `.unique()`."""
    return (
        select(Process)
        .where(Process.slug == slug, Process.published_at.is_not(None))
        .options(joinedload(Process.phases))
    )


def proposals_in(
    process_id: int, *, area_id: int | None = None, order: Order = Order.NEWEST
) -> Select[Any]:
    """Rows of a list: published proposals, each with area, answer, comments and first photo."""
    statement = _LISTED.where(_BASE.c.process_id == process_id).order_by(*ORDER_BY[order])
    return statement if area_id is None else statement.where(_BASE.c.area_id == area_id)


def proposal(proposal_id: int) -> Select[Proposal]:
    """One proposal of a published process with all that its page shows; needs `.unique()`."""
    return (
        select(Proposal)
        .join(Proposal.process)
        .where(Proposal.id == proposal_id, Process.published_at.is_not(None))
        .options(
            contains_eager(Proposal.process).joinedload(Process.phases),
            joinedload(Proposal.area),
            joinedload(Proposal.category),
            joinedload(Proposal.answer),
            selectinload(Proposal.tags),
            selectinload(Proposal.images),
        )
    )


_AREAS = select(_AREA.c.id, _AREA.c.name).order_by(_AREA.c.name)


def areas() -> Select[Any]:
    """Number and name of the areas of the municipality."""
    return _AREAS


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
    """Published proposals without an answer: first what has the support to get one, the oldest
    first; with their process."""
    return (
        select(Proposal)
        .join(Proposal.process)
        .options(contains_eager(Proposal.process))
        .where(
            Proposal.state == State.PUBLISHED,
            ~exists().where(Answer.proposal_id == Proposal.id),
        )
        .order_by(
            func.coalesce(Proposal.support_count >= Process.support_threshold, false()).desc(),
            Proposal.published_at,
            Proposal.id,
        )
    )
