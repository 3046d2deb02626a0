"""Who serves pages only reads how far the database was migrated.

Else it could say that a rule was made which never was, and the owner would pass it by.
"""

from alembic import op

revision = "0070"
down_revision = "0069"

CHANGE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'web') THEN
        {act} INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version {whom} web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute(CHANGE.format(act="REVOKE", whom="FROM"))


def downgrade() -> None:
    op.execute(CHANGE.format(act="GRANT", whom="TO"))
