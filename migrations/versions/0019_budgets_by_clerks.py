"""A clerk makes a budget: what it is for, areas with money of their own, and a reserve."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("budget", sa.Column("text", sa.Text(), server_default="", nullable=False))
    op.add_column("budget", sa.Column("html", sa.Text(), server_default="", nullable=False))
    op.add_column("budget", sa.Column("image_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "budget", sa.Column("reserve", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.create_unique_constraint(op.f("uq_budget_image_id"), "budget", ["image_id"])
    op.create_foreign_key(
        op.f("fk_budget_image_id_image"),
        "budget",
        "image",
        ["image_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_budget_reserve_is_short"), "budget", "reserve BETWEEN 0 AND 50"
    )
    op.create_table(
        "budget_area",
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_area_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_budget_area_area_id_area"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["budget.id"],
            name=op.f("fk_budget_area_budget_id_budget"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("budget_id", "area_id", name=op.f("pk_budget_area")),
    )
    op.create_index(op.f("ix_budget_area_area_id"), "budget_area", ["area_id"])
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON budget_area DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("budget_area")
    op.drop_constraint(op.f("ck_budget_reserve_is_short"), "budget")
    op.drop_column("budget", "reserve")
    op.drop_column("budget", "image_id")
    op.drop_column("budget", "html")
    op.drop_column("budget", "text")
