"""Proposals are improved, followed up and taken back in public; a process promises an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

PUBLIC_TABLES = ("proposal_version", "proposal_update")


def upgrade() -> None:
    op.add_column("process", sa.Column("answer_weeks", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_process_answer_within_a_year"), "process", "answer_weeks BETWEEN 1 AND 52"
    )
    op.add_column("proposal", sa.Column("withdrawn_because", sa.Text(), nullable=True))
    op.create_table(
        "proposal_version",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("summary", sa.String(280), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        _of_proposal("proposal_version"),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_proposal_version")),
    )
    op.create_table(
        "proposal_update",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _of_proposal("proposal_update"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_update")),
    )
    op.create_index(op.f("ix_proposal_update_proposal_id"), "proposal_update", ["proposal_id"])
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def _of_proposal(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_proposal_id_proposal")
    return sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("proposal_update")
    op.drop_table("proposal_version")
    op.drop_column("proposal", "withdrawn_because")
    op.drop_constraint(op.f("ck_process_answer_within_a_year"), "process")
    op.drop_column("process", "answer_weeks")
