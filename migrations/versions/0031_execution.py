"""How it stands with a plan that goes ahead, its steps, and photos of the work."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

PUBLIC_TABLES = ("execution", "milestone", "execution_photo")


def upgrade() -> None:
    op.create_table(
        "execution",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "busy",
                "done",
                "stopped",
                name="executionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_execution_spent_is_not_negative")),
        sa.CheckConstraint(
            "(status = 'stopped') = (reason <> '')", name=op.f("ck_execution_stopped_has_a_reason")
        ),
        _of_project("execution"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_execution")),
    )
    op.create_table(
        "milestone",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        _of_project("milestone"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("project_id", "title", name=op.f("uq_milestone_project_id_title")),
    )
    op.create_table(
        "execution_photo",
        sa.Column("image_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["image.id"],
            name=op.f("fk_execution_photo_image_id_image"),
            ondelete="RESTRICT",
        ),
        _of_project("execution_photo"),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_execution_photo")),
    )
    op.create_index(op.f("ix_execution_photo_project_id"), "execution_photo", ["project_id"])
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def _of_project(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_project_id_project")
    return sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in reversed(PUBLIC_TABLES):
        op.drop_table(table)
