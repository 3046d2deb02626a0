"""Areas get a shape and a colour."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("area", sa.Column("colour", sa.String(7), nullable=True))
    op.add_column("area", sa.Column("polygons", JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_area_colour_is_a_colour"), "area", "colour ~ '^#[0-9a-f]{6}$'"
    )
    op.create_check_constraint(
        op.f("ck_area_population_is_not_negative"), "area", "population >= 0"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_area_population_is_not_negative"), "area")
    op.drop_constraint(op.f("ck_area_colour_is_a_colour"), "area")
    op.drop_column("area", "polygons")
    op.drop_column("area", "colour")
