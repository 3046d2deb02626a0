"""What the vote of a budget cost the municipality, and how it goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.add_column("budget", sa.Column("letters_cost", sa.BigInteger(), nullable=True))
    op.add_column("budget", sa.Column("hours", sa.BigInteger(), nullable=True))
    op.add_column("budget", sa.Column("hour_cost", sa.BigInteger(), nullable=True))
    op.add_column("budget", sa.Column("next_steps", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_budget_costs_are_not_negative"),
        "budget",
        "letters_cost >= 0 AND hours >= 0 AND hour_cost >= 0",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_budget_costs_are_not_negative"), "budget")
    for name in ("next_steps", "hour_cost", "hours", "letters_cost"):
        op.drop_column("budget", name)
