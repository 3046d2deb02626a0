"""Half-made choices: the one place where a choice stands beside who makes it, until it is cast."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base


class VoteDraft(Base):
    """What one owner has chosen so far, encrypted; gone with the cast, and for all at closing."""

    __tablename__ = "vote_draft"

    owner: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kept: Mapped[bytes] = mapped_column(LargeBinary)
    press: Mapped[UUID | None]
    updated_at: Mapped[datetime]
