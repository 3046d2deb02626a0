"""When the program or the log-in was away."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(
            "system",
            sa.Enum(
                *("program", "log_in"),
                name="system",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("away_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.CheckConstraint("away_from <= away_until", name=op.f("ck_outage_ends_after_it_began")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index(
        "uq_outage_going_on",
        "outage",
        ["system"],
        unique=True,
        postgresql_where=sa.text("NOT is_over"),
    )


def downgrade() -> None:
    op.drop_table("outage")
