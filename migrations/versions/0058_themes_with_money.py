"""A budget is divided over areas or over categories, each part with money of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"

DIVISION = ("area", "category")


def upgrade() -> None:
    op.add_column(
        "budget",
        sa.Column(
            "division",
            sa.Enum(
                *DIVISION, name="division", native_enum=False, create_constraint=True, length=40
            ),
        ),
    )
    op.create_unique_constraint(op.f("uq_budget_id_division"), "budget", ["id", "division"])
    op.create_table(
        "budget_part",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "division",
            sa.Enum(
                *DIVISION, name="division", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_part_amount_is_positive")),
        sa.CheckConstraint(
            "(division = 'area') = (area_id IS NOT NULL)"
            " AND (division = 'category') = (category_id IS NOT NULL)",
            name=op.f("ck_budget_part_is_an_area_or_a_category"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_budget_part_area_id_area"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id", "division"],
            ["budget.id", "budget.division"],
            name=op.f("fk_budget_part_budget_id_division_budget"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_budget_part_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_part")),
        sa.UniqueConstraint("budget_id", "area_id", name=op.f("uq_budget_part_budget_id_area_id")),
        sa.UniqueConstraint(
            "budget_id", "category_id", name=op.f("uq_budget_part_budget_id_category_id")
        ),
    )
    op.create_index(op.f("ix_budget_part_area_id"), "budget_part", ["area_id"])
    op.create_index(op.f("ix_budget_part_category_id"), "budget_part", ["category_id"])
    op.execute(
        "UPDATE budget SET division = 'area' WHERE id IN (SELECT budget_id FROM budget_area)"
    )
    op.execute(
        "INSERT INTO budget_part (budget_id, division, area_id, amount)"
        " SELECT budget_id, 'area', area_id, amount FROM budget_area ORDER BY budget_id, area_id"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_table("budget_area")
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON budget_part DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    """Money of categories becomes one pot: before, only areas could have their own."""
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
        "INSERT INTO budget_area (budget_id, area_id, amount)"
        " SELECT budget_id, area_id, amount FROM budget_part WHERE division = 'area'"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_table("budget_part")
    op.drop_constraint(op.f("uq_budget_id_division"), "budget", type_="unique")
    op.drop_column("budget", "division")
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON budget_area DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
