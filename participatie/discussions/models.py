"""Comments."""

from markupsafe import Markup
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from participatie.contributions.models import Contribution
from participatie.core.html import CleanHtml


class Comment(Contribution):
    """What someone says about a contribution, or in answer to another comment on it."""

    __tablename__ = "comment"
    page_endpoint = "discussions.show"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    html: Mapped[Markup] = mapped_column(CleanHtml)
    is_official: Mapped[bool] = mapped_column(default=False)  # the municipality speaks

    __mapper_args__ = {
        "polymorphic_identity": "comment",
        "inherit_condition": id == Contribution.id,  # noqa: A003 - the column above
    }
