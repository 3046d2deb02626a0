"""The site itself can be away, while the work behind it goes on."""

from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    _systems("'program', 'log_in', 'site'")


def downgrade() -> None:
    op.execute("DELETE FROM outage WHERE system = 'site'")
    _systems("'program', 'log_in'")


def _systems(names: str) -> None:
    op.drop_constraint(op.f("ck_outage_system"), "outage")
    op.create_check_constraint(op.f("ck_outage_system"), "outage", f"system IN ({names})")
