"""Finding discussions, with all that a list or a page shows of them."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participatie.areas.models import Area
from participatie.contributions import lists
from participatie.contributions.models import Contribution, Follow
from participatie.contributions.orders import CONFIDENCE, LATELY, Order
from participatie.contributions.rules import READABLE, State
from participatie.discussions.models import Comment, Discussion, DiscussionAnswer, GivenOpinion
from participatie.discussions.queries.comments import number_of_comments
from participatie.processes.models import Process

MOST_COMPARED = 2000
"""How many titles one is compared with."""

_BASE = Contribution.__table__
_OWN: Any = Discussion.__table__
_AREA = Area.__table__
_ANSWER = DiscussionAnswer.__table__
_COMMENT: Any = Comment.__table__
_OPINION = GivenOpinion.__table__

_CARDS = select(
    _BASE.c.id,
    _BASE.c.title,
    _BASE.c.summary,
    _BASE.c.language,
    _BASE.c.author_name,
    _BASE.c.published_at,
    _OWN.c.agree_count,
    _OWN.c.disagree_count,
    _OWN.c.is_official,
    _AREA.c.name.label("area"),
    func.coalesce(_ANSWER.c.corrected_at, _ANSWER.c.answered_at).label("answered_at"),
    number_of_comments(_BASE.c.id).label("comment_count"),
).select_from(
    _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
    .outerjoin(_AREA, _AREA.c.id == _BASE.c.area_id)
    .outerjoin(_ANSWER, _ANSWER.c.discussion_id == _BASE.c.id)
)


@lru_cache(maxsize=256)
def in_order(asked: lists.Asked, order: Order) -> Select[int]:
    """The numbers of the published discussions of a process, narrowed by what is asked, in order.

    Made once for each way to ask; `lists.values` gives what it is asked with.
    """
    found = lists.listed("discussion", asked)
    if order is Order.DISCUSSED:
        return found.order_by(number_of_comments(_BASE.c.id).desc(), _BASE.c.id.desc())
    if order is Order.LATELY:
        return found.order_by(_lately().desc(), _BASE.c.id.desc())
    if order in {Order.SUPPORT, Order.SURELY}:
        by = _surely() if order is Order.SURELY else _OWN.c.agree_count - _OWN.c.disagree_count
        weighed = found.join(_OWN, _OWN.c.id == _BASE.c.id)
        return weighed.order_by(by.desc(), _BASE.c.id.desc())
    return lists.ordered(found, order, typed=asked.words)


def _lately() -> ColumnElement[int]:
    """The comments and opinions of the last days, as `orders.LATELY` says how many."""
    since = lists.NOW - literal(LATELY)
    said = _BASE.alias("said")
    comments = (
        select(func.count())
        .select_from(_COMMENT.join(said, said.c.id == _COMMENT.c.id))
        .where(
            _COMMENT.c.subject_id == _BASE.c.id,
            said.c.state == State.PUBLISHED,
            said.c.published_at > since,
        )
    )
    opinions = (
        select(func.count())
        .select_from(_OPINION)
        .where(_OPINION.c.contribution_id == _BASE.c.id, _OPINION.c.since > since)
    )
    return comments.scalar_subquery() + opinions.scalar_subquery()


def _surely() -> ColumnElement[float]:
    """The lower bound of Wilson, as `orders.surely` counts it."""
    z = CONFIDENCE
    number = func.nullif(_OWN.c.agree_count + _OWN.c.disagree_count, 0) * 1.0
    share = _OWN.c.agree_count / number
    margin = z * func.sqrt((share * (1 - share) + z * z / (4 * number)) / number)
    bound = (share + z * z / (2 * number) - margin) / (1 + z * z / number)
    return func.coalesce(bound, 0)


def cards() -> Select[Any]:
    """What a list shows of each of some discussions."""
    return _CARDS


def discussion(discussion_id: int) -> Select[Discussion]:
    """One discussion of a published process with all that its page shows; needs `.unique()`."""
    return (
        select(Discussion)
        .join(Discussion.process)
        .where(Discussion.id == discussion_id, Process.published_at.is_not(None))
        .options(
            contains_eager(Discussion.process).joinedload(Process.phases),
            joinedload(Discussion.area),
            joinedload(Discussion.category),
            joinedload(Discussion.answer),
            selectinload(Discussion.tags),
        )
    )


def titles_in(process_id: int) -> Select[Any]:
    """Number and title of the published discussions of a process, the newest first."""
    return lists.titles_in("discussion", process_id).limit(MOST_COMPARED)


def newest_of(process_id: int, count: int) -> Select[Discussion, int]:
    """The newest published discussions of one process, each beside how many there are in all."""
    return (
        select(Discussion, func.count().over())
        .where(Discussion.state == State.PUBLISHED, Discussion.process_id == process_id)
        .order_by(Discussion.published_at.desc(), Discussion.id.desc())
        .limit(count)
    )


def unanswered(*, but_of: int | None) -> Select[Discussion]:
    """Published discussions without the answer that their process promises, the oldest first.

    Without those that this account started: nobody answers themselves; nor in the archive.
    """
    return (
        select(Discussion)
        .join(Discussion.process)
        .where(
            Discussion.state == State.PUBLISHED,
            Process.answers_discussions,
            Process.archived_at.is_(None),
            Discussion.author_id.is_distinct_from(but_of),
            ~exists().where(DiscussionAnswer.discussion_id == Discussion.id),
        )
        .order_by(Discussion.published_at, Discussion.id)
    )


def of_account(account_id: int | None, count: int) -> Select[Discussion]:
    """What this account started, whatever became of it, and what it follows; the newest first."""
    follows = exists().where(
        Follow.contribution_id == Discussion.id, Follow.account_id == account_id
    )
    return (
        select(Discussion)
        .where(
            or_(
                Discussion.author_id == account_id,
                and_(Discussion.state.in_(READABLE), follows),
            )
        )
        .options(joinedload(Discussion.process))
        .order_by(Discussion.created_at.desc(), Discussion.id.desc())
        .limit(count)
    )
