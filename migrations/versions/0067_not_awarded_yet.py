"""A budget that no count awarded yet says so itself, with version 0.

It said 1, and its projects without an outcome told that nothing was awarded.
"""

from alembic import op

revision = "0067"
down_revision = "0066"

AWARDED = """
EXISTS (
    SELECT FROM project
    WHERE project.budget_id = budget.id
        AND project.option_id IS NOT NULL AND project.outcome <> 'undecided'
)
"""


def upgrade() -> None:
    op.execute(f"UPDATE budget SET awarded_version = 0 WHERE NOT {AWARDED}")


def downgrade() -> None:
    op.execute("UPDATE budget SET awarded_version = 1 WHERE awarded_version = 0")
