"""A process says some texts in its own words, and each text knows who said it."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_table(
        "process_text",
        sa.Column("process_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_process_text_numbers_begin_at_one")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_process_text_account_id_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_process_text_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "process_id", "language", "message", "number", name=op.f("pk_process_text")
        ),
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON process_text DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
    op.execute(  # a draft that is thrown away takes its texts along
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR TRUNCATE ON process_text"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON process_text FROM web; END IF; END $$"
    )
    op.add_column("interface_text", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_interface_text_account_id_account"),
        "interface_text",
        "account",
        ["account_id"],
        ["id"],
        ondelete="RESTRICT",
    )


def downgrade() -> None:
    op.drop_column("interface_text", "account_id")
    op.drop_table("process_text")
