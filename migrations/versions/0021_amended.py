"""When a vote was last changed after it opened, and finding what changed on its board."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("vote_round", sa.Column("amended_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE vote_round SET amended_at = now() WHERE EXISTS"
        " (SELECT FROM board_entry WHERE round_id = vote_round.id AND kind = 'amendment')"
    )
    op.create_index(
        "ix_board_entry_amendment",
        "board_entry",
        ["round_id"],
        postgresql_where=sa.text("kind = 'amendment'"),
    )


def downgrade() -> None:
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_index("ix_board_entry_amendment", "board_entry")
    op.drop_column("vote_round", "amended_at")
