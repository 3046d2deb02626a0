"""Which count awarded a budget last, and piles of paper that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("budget", sa.Column("awarded_version", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE budget SET awarded_version = COALESCE((SELECT max(version) FROM published_result"
        " WHERE published_result.round_id = budget.round_id), 1)"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.alter_column("budget", "awarded_version", nullable=False)
    op.create_table(
        "pile_withdrawal",
        sa.Column("pile_id", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["pile_id"],
            ["paper_pile.id"],
            name=op.f("fk_pile_withdrawal_pile_id_paper_pile"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["account.id"],
            name=op.f("fk_pile_withdrawal_withdrawn_by_account"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("pile_id", name=op.f("pk_pile_withdrawal")),
    )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON pile_withdrawal"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON pile_withdrawal FROM web; END IF; END $$"
    )


def downgrade() -> None:
    op.drop_table("pile_withdrawal")
    op.drop_column("budget", "awarded_version")
