"""A contribution can have a point on the map."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

IN_THE_NETHERLANDS = "latitude BETWEEN 50.7 AND 53.8 AND longitude BETWEEN 3.2 AND 7.3"


def upgrade() -> None:
    op.add_column("contribution", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("contribution", sa.Column("longitude", sa.Double(), nullable=True))
    op.create_check_constraint(
        op.f("ck_contribution_point_is_whole"),
        "contribution",
        "(latitude IS NULL) = (longitude IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_contribution_point_is_in_the_netherlands"), "contribution", IN_THE_NETHERLANDS
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_contribution_point_is_in_the_netherlands"), "contribution")
    op.drop_constraint(op.f("ck_contribution_point_is_whole"), "contribution")
    op.drop_column("contribution", "longitude")
    op.drop_column("contribution", "latitude")
