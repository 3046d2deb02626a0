"""A process shows a photo."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.add_column("process", sa.Column("photo_id", sa.BigInteger(), nullable=True))
    op.create_unique_constraint(op.f("uq_process_photo_id"), "process", ["photo_id"])
    op.create_foreign_key(
        op.f("fk_process_photo_id_image"),
        "process",
        "image",
        ["photo_id"],
        ["id"],
        ondelete="RESTRICT",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_process_photo_id_image"), "process", type_="foreignkey")
    op.drop_constraint(op.f("uq_process_photo_id"), "process", type_="unique")
    op.drop_column("process", "photo_id")
