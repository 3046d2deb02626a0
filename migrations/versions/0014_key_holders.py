"""Key holders: who opens a vote of the grade zwaar, and whether they proved it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "key_holder",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "letter IN ('A', 'B', 'C')", name=op.f("ck_key_holder_letter_is_of_three")
        ),
        sa.CheckConstraint(
            "waiting IS NULL OR proven_at IS NULL",
            name=op.f("ck_key_holder_proven_after_the_file_is_fetched"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_key_holder_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", "letter", name=op.f("pk_key_holder")),
        sa.UniqueConstraint("round_id", "file_hash", name=op.f("uq_key_holder_round_id_file_hash")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_key_holder_round_id_name")),
    )


def downgrade() -> None:
    op.drop_table("key_holder")
