"""Plans of a budget: yearly cost, why one is withdrawn, and which cannot go together."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("project", sa.Column("yearly_cost", sa.BigInteger(), nullable=True))
    op.add_column("project", sa.Column("withdrawn_because", sa.String(500), nullable=True))
    op.create_check_constraint(
        op.f("ck_project_yearly_cost_is_not_negative"), "project", "yearly_cost >= 0"
    )
    op.create_unique_constraint(
        op.f("uq_project_budget_id_proposal_id"), "project", ["budget_id", "proposal_id"]
    )
    op.create_table(
        "project_conflict",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "project_id < other_id", name=op.f("ck_project_conflict_each_pair_is_kept_once")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["project.id"],
            name=op.f("fk_project_conflict_other_id_project"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_conflict_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "other_id", name=op.f("pk_project_conflict")),
    )
    op.create_index(op.f("ix_project_conflict_other_id"), "project_conflict", ["other_id"])
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON project_conflict DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("project_conflict")
    op.drop_constraint(op.f("uq_project_budget_id_proposal_id"), "project")
    op.drop_constraint(op.f("ck_project_yearly_cost_is_not_negative"), "project")
    op.drop_column("project", "withdrawn_because")
    op.drop_column("project", "yearly_cost")
