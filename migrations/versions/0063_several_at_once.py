"""A clerk does one thing with several contributions at once, and can undo it for a while."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"

ACTS = ("hide", "keep", "answer", "category", "tags")
REASONS = ("changed", "not_yours", "not_possible")


def upgrade() -> None:
    op.add_column("decision", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="several", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_batch_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_clerk_id"), "batch", ["clerk_id"])
    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "left_alone",
            sa.Enum(*REASONS, name="left", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
            name=op.f("fk_batch_item_batch_id_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_batch_item_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "contribution_id", name=op.f("pk_batch_item")),
    )
    op.create_index(op.f("ix_batch_item_contribution_id"), "batch_item", ["contribution_id"])


def downgrade() -> None:
    op.drop_table("batch_item")
    op.drop_table("batch")
    op.drop_column("decision", "undone_at")
