"""Who gets a mail, later and with others, that their vote arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "awaited_vote",
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_awaited_vote_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "round_id", name=op.f("pk_awaited_vote")),
    )
    op.create_index(op.f("ix_awaited_vote_round_id"), "awaited_vote", ["round_id"])


def downgrade() -> None:
    op.drop_table("awaited_vote")
