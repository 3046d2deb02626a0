"""Letter codes: batches that went to the printer, and a keyed digest of each code."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KINDS = ("letters", "unlisted", "newcomers", "reissued")

NEVER_TAKEN_AWAY = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON code_batch FROM web;
        REVOKE DELETE, TRUNCATE ON letter_code FROM web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "code_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _enum("batchkind", *KINDS), nullable=False),
        sa.Column("code_kind", _enum("codekind", "personal", "nameless"), nullable=False),
        sa.Column("printed", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("printed > 0", name=op.f("ck_code_batch_printed_something")),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.id"],
            name=op.f("fk_code_batch_made_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_code_batch_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
        sa.UniqueConstraint("id", "round_id", name=op.f("uq_code_batch_id_round_id")),
    )
    op.create_index(op.f("ix_code_batch_round_id"), "code_batch", ["round_id"])
    op.create_table(
        "letter_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("voter_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", _enum("codestate", "out", "returned", "revoked"), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_letter_code_number_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["batch_id", "round_id"],
            ["code_batch.id", "code_batch.round_id"],
            name=op.f("fk_letter_code_batch_id_round_id_code_batch"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "voter_key"],
            ["roll.round_id", "roll.voter_key"],
            name=op.f("fk_letter_code_round_id_voter_key_roll"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_code")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_letter_code_batch_id_number")),
        sa.UniqueConstraint("round_id", "digest", name=op.f("uq_letter_code_round_id_digest")),
    )
    op.create_index(
        "uq_letter_code_one_out",
        "letter_code",
        ["round_id", "voter_key"],
        unique=True,
        postgresql_where=sa.text("state = 'out'"),
    )
    op.execute(NEVER_TAKEN_AWAY)


def downgrade() -> None:
    op.drop_table("letter_code")
    op.drop_table("code_batch")


def _enum(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)
