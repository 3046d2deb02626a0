"""Triggers and grants that the code cannot forget.

- Each change of something public raises the content version, once per transaction and at its end,
  so that no two transactions wait for each other in a circle.
- Audit, ballots, decisions and tallies are only added to, whoever tries.
- The role `web`, where it exists, may do no more than the program needs.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

PUBLIC_TABLES = (
    "answer",
    "area",
    "budget",
    "comment",
    "contribution",
    "decision",
    "phase",
    "process",
    "project",
    "proposal",
    "support",
    "tally",
    "vote_option",
    "vote_round",
)
ONLY_ADDED = ("audit_entry", "ballot", "choice", "tally")

RAISE_VERSION = """
CREATE FUNCTION raise_content_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_transaction text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('participatie.raised_in', true) IS DISTINCT FROM this_transaction THEN
        UPDATE content_version SET version = version + 1;
        PERFORM set_config('participatie.raised_in', this_transaction, true);
    END IF;
    RETURN NULL;
END $$
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

GRANT = f"""
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        GRANT USAGE ON SCHEMA public TO web;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO web;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO web;
        REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(ONLY_ADDED)} FROM web;
        GRANT USAGE ON SCHEMA broker TO web;
    END IF;
END $$
"""

REVOKE = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM web;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute("INSERT INTO content_version (id, version) VALUES (1, 1)")
    op.execute(RAISE_VERSION)
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )
    op.execute(REFUSE_CHANGE)
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("CREATE SCHEMA IF NOT EXISTS broker")
    op.execute(GRANT)


def downgrade() -> None:
    op.execute(REVOKE)
    for table in ONLY_ADDED:
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    for table in PUBLIC_TABLES:
        op.execute(f"DROP TRIGGER raise_content_version ON {table}")
    op.execute("DROP FUNCTION raise_content_version()")
    op.execute("DELETE FROM content_version")
