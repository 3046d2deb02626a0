"""Piles of paper that two people count by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.add_column(
        "paper_pile",
        sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.alter_column("paper_pile", "by_hand", server_default=None)
    op.create_table(
        "hand_count",
        sa.Column("pile_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_hand_count_number_is_not_negative")),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_hand_count_turn_is_first_or_second")),
        sa.ForeignKeyConstraint(
            ["pile_id"],
            ["paper_pile.id"],
            name=op.f("fk_hand_count_pile_id_paper_pile"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("pile_id", "turn", "question", "line", name=op.f("pk_hand_count")),
    )
    op.execute(
        "CREATE TRIGGER refuse_agreed BEFORE INSERT OR UPDATE OR DELETE ON hand_count"
        " FOR EACH ROW EXECUTE FUNCTION refuse_agreed()"
    )


def downgrade() -> None:
    op.drop_table("hand_count")
    op.drop_column("paper_pile", "by_hand")
