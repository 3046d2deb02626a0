"""Comments in which the municipality speaks, and answers that were corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "comment", sa.Column("is_official", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("comment", "is_official", server_default=None)
    op.add_column("answer", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("answer", "corrected_at")
    op.drop_column("comment", "is_official")
