"""Letter codes: batches, and what the database knows of each code. Never the code itself."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.votes.rules.letter_codes import BatchKind, CodeKind, CodeState


class CodeBatch(Base):
    """Codes that went to the printer together, once. `printed` never changes."""

    __tablename__ = "code_batch"
    __table_args__ = (
        UniqueConstraint("id", "round_id"),
        CheckConstraint("printed > 0", name="printed_something"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(
        ForeignKey("vote_round.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[BatchKind] = mapped_column(enum_column(BatchKind))
    code_kind: Mapped[CodeKind] = mapped_column(enum_column(CodeKind))
    printed: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class LetterCode(Base):
    """One code: `digest` is keyed, so who reads this table finds no code and can try none.

    It belongs to one row of the roll. Of the codes of one voter at most one is out: a new one in
    the place of a lost one gives no second vote.
    """

    __tablename__ = "letter_code"
    __table_args__ = (
        UniqueConstraint("round_id", "digest"),
        UniqueConstraint("batch_id", "number"),
        ForeignKeyConstraint(
            ["batch_id", "round_id"], ["code_batch.id", "code_batch.round_id"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(
            ["round_id", "voter_key"], ["roll.round_id", "roll.voter_key"], ondelete="RESTRICT"
        ),
        Index(
            "uq_letter_code_one_out",
            "round_id",
            "voter_key",
            unique=True,
            postgresql_where=text("state = 'out'"),
        ),
        CheckConstraint("number > 0", name="number_counts_from_one"),
    )

    id: Mapped[Id]
    round_id: Mapped[int]
    batch_id: Mapped[int]
    number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    voter_key: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[CodeState] = mapped_column(enum_column(CodeState))
