"""Finding comments, page by page, and counting them."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from participatie.contributions.models import Contribution
from participatie.contributions.rules import State
from participatie.discussions.models import Comment
from participatie.discussions.rules import CommentOrder

_SAID: Any = Contribution.__table__
_TEXT: Any = Comment.__table__
_ALL = _TEXT.join(_SAID, _SAID.c.id == _TEXT.c.id)

_ORDERS: dict[CommentOrder, tuple[Any, ...]] = {
    CommentOrder.NEWEST: (_SAID.c.published_at.desc(), _SAID.c.id.desc()),
    CommentOrder.OLDEST: (_SAID.c.published_at, _SAID.c.id),
    CommentOrder.SUPPORTED: (
        (_TEXT.c.disagree_count - _TEXT.c.agree_count),
        _SAID.c.published_at,
        _SAID.c.id,
    ),
}


_SUBJECT = bindparam("subject", type_=BigInteger)
_MOST = bindparam("most", type_=BigInteger)


@lru_cache
def threads(order: CommentOrder) -> Select[Any]:
    """The first threads of each side with all that answers them, also what is gone.

    The threads stand in `order`, what answers them after them, the oldest first. Made once for
    each order; it is asked with the number of the `subject`, and how many threads at `most`.
    """
    first = _first_threads(order)
    is_root: ColumnElement[Any] = case((_TEXT.c.parent_id.is_(None), first.c.place), else_=None)
    return (
        select(
            _TEXT.c.id,
            _TEXT.c.parent_id,
            _TEXT.c.stance,
            _TEXT.c.html,
            _TEXT.c.is_official,
            _TEXT.c.agree_count,
            _TEXT.c.disagree_count,
            _SAID.c.state,
            _SAID.c.author_id,
            _SAID.c.author_name,
            _SAID.c.language,
            _SAID.c.published_at,
        )
        .select_from(_ALL.join(first, or_(_TEXT.c.id == first.c.id, _TEXT.c.root_id == first.c.id)))
        .where(_SAID.c.state != State.DRAFT)
        .order_by(is_root.nulls_last(), _SAID.c.published_at, _SAID.c.id)
    )


def _first_threads(order: CommentOrder) -> Subquery:
    """The numbers of the first threads of each side, with their place."""
    place = func.row_number().over(partition_by=_TEXT.c.stance, order_by=_ORDERS[order])
    placed = (
        select(_TEXT.c.id, place.label("place"))
        .select_from(_ALL)
        .where(
            _TEXT.c.subject_id == _SUBJECT,
            _TEXT.c.parent_id.is_(None),
            _SAID.c.state != State.DRAFT,
        )
        .subquery()
    )
    return select(placed).where(placed.c.place <= _MOST).subquery()


def threads_by_side() -> Select[Any]:
    """Of each side its stance, how many threads it has, and how many comments can be read.

    It is asked with the number of the `subject`.
    """
    return _BY_SIDE


_ROOT = aliased(_TEXT)
_SIDE = func.coalesce(_ROOT.c.stance, _TEXT.c.stance)
_BY_SIDE = (
    select(
        _SIDE.label("stance"),
        func.count().filter(_TEXT.c.parent_id.is_(None)).label("threads"),
        func.count().filter(_SAID.c.state == State.PUBLISHED).label("readable"),
    )
    .select_from(_ALL.outerjoin(_ROOT, _ROOT.c.id == _TEXT.c.root_id))
    .where(_TEXT.c.subject_id == _SUBJECT, _SAID.c.state != State.DRAFT)
    .group_by(_SIDE)
)


def places_of(comment: Comment) -> Select[int, int]:
    """The place of the thread of `comment` on its side, counted from the oldest and the newest."""
    root = select(_TEXT.c.stance, _SAID.c.published_at, _SAID.c.id).select_from(_ALL)
    mine = root.where(_TEXT.c.id == (comment.root_id or comment.id)).subquery()
    here = func.row(mine.c.published_at, mine.c.id)
    there = func.row(_SAID.c.published_at, _SAID.c.id)
    return (
        select(
            func.count().filter(there <= here).label("from_oldest"),
            func.count().filter(there >= here).label("from_newest"),
        )
        .select_from(_ALL.join(mine, _TEXT.c.stance.is_not_distinct_from(mine.c.stance)))
        .where(
            _TEXT.c.subject_id == comment.subject_id,
            _TEXT.c.parent_id.is_(None),
            _SAID.c.state != State.DRAFT,
        )
    )


def number_of_comments(contribution_id: SQLColumnExpression[int]) -> ScalarSelect[int]:
    """How many comments on a contribution can be read: an expression for a list."""
    said, text = aliased(Contribution.__table__), aliased(Comment.__table__)
    return (
        select(func.count())
        .select_from(text.join(said, said.c.id == text.c.id))
        .where(text.c.subject_id == contribution_id, said.c.state == State.PUBLISHED)
        .scalar_subquery()
    )
