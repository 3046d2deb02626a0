"""Processes are made, planned, shared and archived in the browser."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

PLAIN_OF_HTML = r"""
UPDATE process SET text = trim(E' \n' FROM
    replace(replace(replace(replace(regexp_replace(regexp_replace(regexp_replace(
        html, '<li>', '- ', 'g'), '</(p|ul|ol|h2|h3|blockquote)>|<br/?>|</li>', E'\n', 'g'),
        '<[^>]*>', '', 'g'),
    '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&'))
"""
OVERLAP = (
    "ALTER TABLE phase DROP CONSTRAINT ex_phase_overlap, ADD CONSTRAINT ex_phase_overlap"
    " EXCLUDE USING gist (int8range(process_id, process_id, '[]') WITH &&,"
    " tstzrange(starts_at, ends_at) WITH &&)"
)


def upgrade() -> None:
    op.add_column("process", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("process", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(PLAIN_OF_HTML)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the trigger of the update above
    op.alter_column("process", "text", nullable=False)
    op.create_check_constraint(
        op.f("ck_process_published_before_archived"),
        "process",
        "archived_at IS NULL OR published_at IS NOT NULL",
    )
    op.create_check_constraint(
        op.f("ck_process_threshold_is_positive"), "process", "support_threshold > 0"
    )
    op.execute(f"{OVERLAP} DEFERRABLE")
    op.create_table(
        "phase_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase_title", sa.String(80), nullable=False),
        sa.Column("old_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        _of_process("phase_change", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_change")),
    )
    op.create_index(op.f("ix_phase_change_process_id"), "phase_change", ["process_id"])
    op.create_table(
        "process_follow",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_process_follow_account_id_account"),
            ondelete="CASCADE",
        ),
        _of_process("process_follow", "CASCADE"),
        sa.PrimaryKeyConstraint("process_id", "account_id", name=op.f("pk_process_follow")),
    )
    op.create_index(op.f("ix_process_follow_account_id"), "process_follow", ["account_id"])
    op.create_table(
        "preview_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("made_at < expires_at", name=op.f("ck_preview_link_works_for_a_while")),
        _of_process("preview_link", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_link")),
    )
    op.create_index(op.f("ix_preview_link_process_id"), "preview_link", ["process_id"])
    _guard_changes()


def _of_process(table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_process_id_process")
    return sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=name, ondelete=ondelete)


def _guard_changes() -> None:
    """What changed in public is never rewritten, and pages show it at once."""
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON phase_change DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON phase_change"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON phase_change FROM web; END IF; END $$"
    )


def downgrade() -> None:
    op.drop_table("preview_link")
    op.drop_table("process_follow")
    op.drop_table("phase_change")
    op.execute(OVERLAP)
    op.drop_constraint(op.f("ck_process_threshold_is_positive"), "process")
    op.drop_constraint(op.f("ck_process_published_before_archived"), "process")
    op.drop_column("process", "archived_at")
    op.drop_column("process", "text")
