"""Discussions and comments, and who agrees with them."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatie.contributions.models import Contribution
from participatie.core.db import Base, enum_column
from participatie.core.html import CleanHtml
from participatie.discussions.rules import Opinion, Stance


class Discussion(Contribution):
    """An exchange about one subject, that a resident or the municipality started."""

    __tablename__ = "discussion"
    __table_args__ = (
        CheckConstraint("agree_count >= 0 AND disagree_count >= 0", name="opinions_are_counted"),
    )
    __mapper_args__ = {"polymorphic_identity": "discussion"}
    page_endpoint = "discussions.show"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    is_official: Mapped[bool] = mapped_column(default=False)  # the municipality started it

    answer: Mapped["DiscussionAnswer | None"] = relationship(lazy="raise")


class DiscussionAnswer(Base):
    """What the municipality says to a discussion."""

    __tablename__ = "discussion_answer"

    discussion_id: Mapped[int] = mapped_column(
        ForeignKey("discussion.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    clerk_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    answered_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]


class Comment(Contribution):
    """What someone says about a contribution, or in answer to another comment on it."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("agree_count >= 0 AND disagree_count >= 0", name="opinions_are_counted"),
        CheckConstraint("stance IS NULL OR parent_id IS NULL", name="an_argument_answers_nothing"),
        CheckConstraint("(parent_id IS NULL) = (root_id IS NULL)", name="an_answer_has_a_root"),
    )
    page_endpoint = "comments.show"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    root_id: Mapped[int | None] = mapped_column(  # where its thread begins
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    stance: Mapped[Stance | None] = mapped_column(enum_column(Stance))
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    is_official: Mapped[bool] = mapped_column(default=False)  # the municipality speaks

    __mapper_args__ = {
        "polymorphic_identity": "comment",
        "inherit_condition": id == Contribution.id,  # noqa: A003 - the column above
    }


class GivenOpinion(Base):
    """One resident agrees with one discussion or comment, or does not; the key makes it once."""

    __tablename__ = "given_opinion"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    opinion: Mapped[Opinion] = mapped_column(enum_column(Opinion))
    since: Mapped[datetime]


Weighed = Discussion | Comment
"""What one can agree with or not."""
