"""The theme of the site is chosen in administration; a theme can be uploaded."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

PUBLIC_TABLES = ("theme_choice", "uploaded_theme")


def upgrade() -> None:
    op.create_table(
        "theme_choice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_theme_choice_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_choice")),
    )
    op.create_table(
        "uploaded_theme",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploaded_theme")),
        sa.UniqueConstraint("name", name=op.f("uq_uploaded_theme_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_uploaded_theme_digest")),
    )
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def downgrade() -> None:
    for table in PUBLIC_TABLES:
        op.drop_table(table)
