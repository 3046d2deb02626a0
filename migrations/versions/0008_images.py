"""Images, and the contributions that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PUBLIC_TABLES = ("image", "contribution_image")


def upgrade() -> None:
    op.create_table(
        "image",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "char_length(description) <= 250", name=op.f("ck_image_description_is_short")
        ),
        sa.CheckConstraint("char_length(key) = 32", name=op.f("ck_image_key_is_whole")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_image_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
        sa.UniqueConstraint("key", name=op.f("uq_image_key")),
    )
    op.create_table(
        "contribution_image",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 5", name=op.f("ck_contribution_image_images_are_few")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_contribution_image_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["image.id"],
            name=op.f("fk_contribution_image_image_id_image"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "position", name=op.f("pk_contribution_image")),
        sa.UniqueConstraint("image_id", name=op.f("uq_contribution_image_image_id")),
    )
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def downgrade() -> None:
    op.drop_table("contribution_image")
    op.drop_table("image")
