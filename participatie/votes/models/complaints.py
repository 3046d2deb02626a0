"""Somebody whose right to vote was used says that they did not vote."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base


class VoteComplaint(Base):
    """One account says once of a round: I did not vote. What was cast is not in it."""

    __tablename__ = "vote_complaint"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    made_at: Mapped[datetime]
