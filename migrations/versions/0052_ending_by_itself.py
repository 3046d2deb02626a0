"""Proposals without enough support end after a term, and the end of support is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"

OLD = ("draft", "published", "hidden", "withdrawn", "merged")


def upgrade() -> None:
    _know((*OLD, "archived"))
    op.add_column("process", sa.Column("archive_weeks", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_process_archive_within_two_years"), "process", "archive_weeks BETWEEN 4 AND 104"
    )
    op.add_column("proposal", sa.Column("archive_on", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "support_end",
        sa.Column("process_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_support_end_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_support_end")),
    )


def downgrade() -> None:
    op.drop_table("support_end")
    op.drop_column("proposal", "archive_on")
    op.drop_constraint(op.f("ck_process_archive_within_two_years"), "process")
    op.drop_column("process", "archive_weeks")
    op.execute("UPDATE contribution SET state = 'published' WHERE state = 'archived'")
    _know(OLD)


def _know(states: tuple[str, ...]) -> None:
    known = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_contribution_state"), "contribution")
    op.create_check_constraint(op.f("ck_contribution_state"), "contribution", f"state IN ({known})")
