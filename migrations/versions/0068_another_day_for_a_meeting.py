"""A meeting about an initiative can move: which day it was, and why, stays for everyone to read."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    op.create_table(
        "meeting_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("new_on <> old_on", name=op.f("ck_meeting_move_is_another_day")),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_meeting_move_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["initiative.proposal_id"],
            name=op.f("fk_meeting_move_proposal_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_move")),
    )
    op.create_index(op.f("ix_meeting_move_clerk_id"), "meeting_move", ["clerk_id"])
    op.create_index(op.f("ix_meeting_move_proposal_id"), "meeting_move", ["proposal_id"])
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON meeting_move DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("meeting_move")
