"""Documents, the contributions that show them, and the film that a proposal leads to."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

PUBLIC_TABLES = ("document", "contribution_document")
KINDS = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx")
MOST_BYTES = 10_000_000


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "documentkind"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(key) = 32", name=op.f("ck_document_key_is_whole")),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 3 AND 80", name=op.f("ck_document_title_is_short")
        ),
        sa.CheckConstraint(f"size BETWEEN 1 AND {MOST_BYTES}", name=op.f("ck_document_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("key", name=op.f("uq_document_key")),
    )
    op.create_table(
        "contribution_document",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 3", name=op.f("ck_contribution_document_documents_are_few")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_contribution_document_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_contribution_document_document_id_document"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint(
            "contribution_id", "position", name=op.f("pk_contribution_document")
        ),
        sa.UniqueConstraint("document_id", name=op.f("uq_contribution_document_document_id")),
    )
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )
    op.add_column("proposal", sa.Column("film_place", sa.String(40), nullable=True))
    op.add_column("proposal", sa.Column("film_id", sa.String(30), nullable=True))
    op.create_check_constraint(
        op.f("ck_proposal_filmplace"), "proposal", "film_place IN ('youtube', 'vimeo')"
    )
    op.create_check_constraint(
        op.f("ck_proposal_film_is_whole"), "proposal", "(film_place IS NULL) = (film_id IS NULL)"
    )


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_proposal_film_is_whole"), "proposal")
    op.drop_constraint(op.f("ck_proposal_filmplace"), "proposal")
    op.drop_column("proposal", "film_id")
    op.drop_column("proposal", "film_place")
    op.drop_table("contribution_document")
    op.drop_table("document")
