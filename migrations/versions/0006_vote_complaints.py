"""«I did not vote»: who says so of a round."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "vote_complaint",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_vote_complaint_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_vote_complaint_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_vote_complaint")),
    )
    op.create_index(op.f("ix_vote_complaint_account_id"), "vote_complaint", ["account_id"])


def downgrade() -> None:
    op.drop_table("vote_complaint")
