"""Words by which contributions are found, and what a process lets them be about."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

PUBLIC_TABLES = ("category", "tag", "contribution_tag")


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("char_length(name) <= 40", name=op.f("ck_category_name_is_short")),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_category_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("process_id", "name", name=op.f("uq_category_process_id_name")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("char_length(name) <= 40", name=op.f("ck_tag_name_is_short")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("key", name=op.f("uq_tag_key")),
    )
    op.create_table(
        "contribution_tag",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_contribution_tag_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["tag.id"],
            name=op.f("fk_contribution_tag_tag_id_tag"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "tag_id", name=op.f("pk_contribution_tag")),
    )
    op.create_index(op.f("ix_contribution_tag_tag_id"), "contribution_tag", ["tag_id"])
    op.add_column("contribution", sa.Column("category_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_contribution_category_id_category"),
        "contribution",
        "category",
        ["category_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_index(op.f("ix_contribution_category_id"), "contribution", ["category_id"])
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_contribution_category_id"), "contribution")
    op.drop_constraint(op.f("fk_contribution_category_id_category"), "contribution")
    op.drop_column("contribution", "category_id")
    op.drop_table("contribution_tag")
    op.drop_table("tag")
    op.drop_table("category")
