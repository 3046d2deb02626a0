"""What becomes of a plan otherwise than the count says, with the reason that everybody reads."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

KINDS = ("falls_out", "moves_up", "council_awards", "council_rejects")
PENDING = sa.text("confirmed_at IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "outcome_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS,
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(200), server_default="", nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_outcome_change_two_people")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_outcome_change_confirmed_by_whom_and_when"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR dropped_at IS NULL",
            name=op.f("ck_outcome_change_confirmed_or_dropped"),
        ),
        sa.CheckConstraint(
            "(kind IN ('council_awards', 'council_rejects'))"
            " = (decided_on IS NOT NULL AND document <> '')",
            name=op.f("ck_outcome_change_council_has_a_document"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_outcome_change_project_id_project"),
            ondelete="RESTRICT",
        ),
        *(
            sa.ForeignKeyConstraint(
                [person],
                ["account.id"],
                name=op.f(f"fk_outcome_change_{person}_account"),
                ondelete="RESTRICT",
            )
            for person in ("asked_by", "confirmed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_change")),
    )
    op.create_index(op.f("ix_outcome_change_project_id"), "outcome_change", ["project_id"])
    op.create_index(
        "uq_outcome_change_pending",
        "outcome_change",
        ["project_id"],
        unique=True,
        postgresql_where=PENDING,
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON outcome_change DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("outcome_change")
