"""Who gets a mail when their vote arrived: nobody reads it without the keeper of the keys."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base


class AwaitedVote(Base):
    """Somebody stood before the button of a round and has not been told of their vote yet.

    `owner` is an account by a keyed value, `kept` is encrypted: who they are on the roll, and how
    often they had voted by then. There is no moment in it, and it is not written by a cast.
    """

    __tablename__ = "awaited_vote"

    owner: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kept: Mapped[bytes] = mapped_column(LargeBinary)
