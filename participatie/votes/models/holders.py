"""Who holds the key of a vote of the grade zwaar, and whether they proved it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base
from participatie.votes.rules.holders import LONGEST_NAME


class KeyHolder(Base):
    """One of three. `waiting` is their file, wrapped by the keeper of the keys, until it is fetched
    for the one time; `file_hash` tells that file from any other."""

    __tablename__ = "key_holder"
    __table_args__ = (
        UniqueConstraint("round_id", "name"),
        UniqueConstraint("round_id", "file_hash"),
        CheckConstraint("letter IN ('A', 'B', 'C')", name="letter_is_of_three"),
        CheckConstraint(
            "waiting IS NULL OR proven_at IS NULL", name="proven_after_the_file_is_fetched"
        ),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True
    )
    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    waiting: Mapped[bytes | None] = mapped_column(LargeBinary)
    proven_at: Mapped[datetime | None]
