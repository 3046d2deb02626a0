"""A phase in which everybody reads what plans cost, before the vote."""

from alembic import op

revision = "0041"
down_revision = "0040"

FORMER = ("inform", "collect", "support", "assess", "vote", "result", "execute")
KINDS = ("inform", "collect", "support", "assess", "costs", "vote", "result", "execute")


def upgrade() -> None:
    _allow(KINDS)


def downgrade() -> None:
    op.execute("UPDATE phase SET kind = 'assess' WHERE kind = 'costs'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _allow(FORMER)


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint("phasekind", "phase", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint("phasekind", "phase", f"kind IN ({listed})")
