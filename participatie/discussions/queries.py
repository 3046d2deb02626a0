"""Finding comments, and counting them for lists."""

from sqlalchemy import ScalarSelect, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import aliased

from participatie.contributions.models import Contribution
from participatie.contributions.rules import State
from participatie.discussions.models import Comment


def comments_on(contribution_id: int) -> Select[Comment]:
    """All that was ever said about a contribution, the oldest first: also what is gone."""
    return (
        select(Comment)
        .where(Comment.subject_id == contribution_id, Comment.state != State.DRAFT)
        .order_by(Comment.published_at, Comment.id)
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
