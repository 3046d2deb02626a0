"""How many voted in an open vote, counted each hour for everybody to see."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "turnout",
        sa.Column("round_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("voters", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("voters >= 0", name=op.f("ck_turnout_voters_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_turnout_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_turnout")),
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON turnout DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("turnout")
