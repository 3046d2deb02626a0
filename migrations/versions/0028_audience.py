"""For whom a process is, and which postcode lies in which area."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

PUBLIC = ("area_postcode", "process_audience", "audience_area")


def upgrade() -> None:
    op.create_table(
        "area_postcode",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "code ~ '^[1-9][0-9]{3}([A-Z]{2})?$'", name=op.f("ck_area_postcode_is_a_postcode")
        ),
        _foreign("area_postcode", "area_id", "area", "id", "CASCADE"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area_postcode")),
    )
    op.create_index(op.f("ix_area_postcode_area_id"), "area_postcode", ["area_id"])
    op.create_table(
        "process_audience",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("youngest", sa.SmallInteger(), nullable=True),
        sa.Column("oldest", sa.SmallInteger(), nullable=True),
        sa.Column("reference_date", sa.Date(), nullable=True),
        sa.Column("group_name", sa.String(80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('everyone', 'residents', 'areas')", name=op.f("ck_process_audience_kind")
        ),
        sa.CheckConstraint(
            "youngest BETWEEN 0 AND 120", name=op.f("ck_process_audience_youngest_is_an_age")
        ),
        sa.CheckConstraint(
            "oldest BETWEEN 0 AND 120", name=op.f("ck_process_audience_oldest_is_an_age")
        ),
        sa.CheckConstraint(
            "youngest <= oldest", name=op.f("ck_process_audience_youngest_is_not_above_oldest")
        ),
        _foreign("process_audience", "process_id", "process", "id", "CASCADE"),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_process_audience")),
    )
    op.create_table(
        "audience_area",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        _foreign("audience_area", "process_id", "process_audience", "process_id", "CASCADE"),
        _foreign("audience_area", "area_id", "area", "id", "RESTRICT"),
        sa.PrimaryKeyConstraint("process_id", "area_id", name=op.f("pk_audience_area")),
    )
    op.create_index(op.f("ix_audience_area_area_id"), "audience_area", ["area_id"])
    op.create_table(
        "audience_member",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_audience_member_email_is_lower")),
        _foreign("audience_member", "process_id", "process_audience", "process_id", "CASCADE"),
        sa.PrimaryKeyConstraint("process_id", "email", name=op.f("pk_audience_member")),
    )
    for table in PUBLIC:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def _foreign(
    table: str, column: str, to: str, to_column: str, ondelete: str
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.{to_column}"], name=name, ondelete=ondelete)


def downgrade() -> None:
    op.drop_table("audience_member")
    op.drop_table("audience_area")
    op.drop_table("process_audience")
    op.drop_table("area_postcode")
