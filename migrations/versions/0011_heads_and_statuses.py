"""The tree over a board with its signed heads, and what the count says of each entry."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

STATUSES = ("counted", "replaced", "overridden", "annulled")
FAULTS = (
    "ballot_changed",
    "ballot_missing",
    "does_not_open",
    "code_differs",
    "not_on_the_paper",
)

ONLY_ADDED = ("board_node", "board_head", "entry_status", "opened_ballot")

REFUSE = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

WEB_ONLY_ADDS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_index(
        "ix_board_entry_code", "board_entry", ["round_id", sa.text("(body ->> 'code')")]
    )
    _of_round(
        "board_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        key=("level", "position"),
    )
    _of_round(
        "board_head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        key=("size",),
    )
    _of_round(
        "opened_ballot",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        key=("code",),
    )
    op.create_table(
        "entry_status",
        sa.Column("round_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.CheckConstraint(
            sa.column("status", sa.String).in_(STATUSES), name=op.f("ck_entry_status_status")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "seq"],
            ["board_entry.round_id", "board_entry.seq"],
            name=op.f("fk_entry_status_round_id_seq_board_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "seq", name=op.f("pk_entry_status")),
    )
    _of_round(
        "count_fault",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            sa.column("kind", sa.String).in_(FAULTS), name=op.f("ck_count_fault_faultkind")
        ),
        key=(),
        on_delete="CASCADE",
    )
    for table in ONLY_ADDED:
        op.execute(REFUSE.format(table=table))
        op.execute(WEB_ONLY_ADDS.format(table=table))


def downgrade() -> None:
    for table in ("count_fault", *reversed(ONLY_ADDED)):
        op.drop_table(table)
    op.drop_index("ix_board_entry_code", "board_entry")


def _of_round(
    table: str,
    *columns: sa.Column[object] | sa.CheckConstraint,
    key: tuple[str, ...],
    on_delete: str = "RESTRICT",
) -> None:
    op.create_table(
        table,
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f(f"fk_{table}_round_id_vote_round"),
            ondelete=on_delete,
        ),
        sa.PrimaryKeyConstraint("round_id", *key, name=op.f(f"pk_{table}")),
    )
