"""What assessors say of plans, to whom plans are assigned, and what staff says about them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


TERMS = {"term_to_agree": "agree_days", "term_to_object": "objection_days"}

WEB_ONLY_ADDS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON assessment_note FROM web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "assessor_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessor_group")),
        sa.UniqueConstraint("name", name=op.f("uq_assessor_group_name")),
    )
    op.create_table(
        "assessor_group_member",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_assessor_group_member_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["assessor_group.id"],
            name=op.f("fk_assessor_group_member_group_id_assessor_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "account_id", name=op.f("pk_assessor_group_member")),
    )
    op.create_index(
        op.f("ix_assessor_group_member_account_id"),
        "assessor_group_member",
        ["account_id"],
        unique=False,
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "with_author",
                "finished",
                name="assessmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "undecided",
                "feasible",
                "with_changes",
                "not_feasible",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("yearly_cost", sa.BigInteger(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("duration", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_text", sa.Text(), nullable=False),
        sa.Column("adviser", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "consent",
            sa.Enum(
                "not_asked",
                "agreed",
                "silent",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at IS NOT NULL)",
            name=op.f("ck_assessment_finished_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'with_author') = (respond_by IS NOT NULL)",
            name=op.f("ck_assessment_the_author_has_a_term"),
        ),
        sa.CheckConstraint(
            "objection_by IS NULL OR (number = 1 AND state = 'finished'"
            " AND verdict = 'not_feasible')",
            name=op.f("ck_assessment_objection_to_a_first_no"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR verdict <> 'undecided'",
            name=op.f("ck_assessment_finished_has_a_verdict"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR verdict = 'feasible' OR reason <> ''",
            name=op.f("ck_assessment_finished_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR verdict = 'not_feasible' OR cost IS NOT NULL",
            name=op.f("ck_assessment_finished_has_a_cost"),
        ),
        sa.CheckConstraint("cost > 0", name=op.f("ck_assessment_cost_is_positive")),
        sa.CheckConstraint("number BETWEEN 1 AND 2", name=op.f("ck_assessment_twice_at_most")),
        sa.CheckConstraint(
            "yearly_cost >= 0", name=op.f("ck_assessment_yearly_cost_is_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"],
            ["account.id"],
            name=op.f("fk_assessment_assigned_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_assessment_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_assessment_project_id_number")),
    )
    op.create_table(
        "assessment_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_assessment_note_project_id_project"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_note")),
    )
    op.create_index(
        op.f("ix_assessment_note_project_id"), "assessment_note", ["project_id"], unique=False
    )
    op.create_table(
        "assessment_assessor",
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_assessment_assessor_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_assessor_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "account_id", name=op.f("pk_assessment_assessor")),
    )
    op.create_index(
        op.f("ix_assessment_assessor_account_id"),
        "assessment_assessor",
        ["account_id"],
        unique=False,
    )
    op.create_table(
        "assessment_group",
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_group_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["assessor_group.id"],
            name=op.f("fk_assessment_group_group_id_assessor_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "group_id", name=op.f("pk_assessment_group")),
    )
    op.create_index(
        op.f("ix_assessment_group_group_id"), "assessment_group", ["group_id"], unique=False
    )
    op.create_table(
        "assessment_hand",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id", "number"],
            ["assessment.project_id", "assessment.number"],
            name=op.f("fk_assessment_hand_project_id_number_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "who", name=op.f("pk_assessment_hand")),
    )
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.add_column(
        "budget", sa.Column("has_assessment", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "budget", sa.Column("takes_plans", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "budget", sa.Column("agree_days", sa.SmallInteger(), server_default="14", nullable=False)
    )
    op.add_column(
        "budget",
        sa.Column("objection_days", sa.SmallInteger(), server_default="14", nullable=False),
    )
    for name, column in TERMS.items():
        op.create_check_constraint(
            op.f(f"ck_budget_{name}"), "budget", f"{column} BETWEEN 7 AND 60"
        )
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON assessment DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_note"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(WEB_ONLY_ADDS)


def downgrade() -> None:
    for name in TERMS:
        op.drop_constraint(op.f(f"ck_budget_{name}"), "budget")
    op.drop_column("budget", "objection_days")
    op.drop_column("budget", "agree_days")
    op.drop_column("budget", "takes_plans")
    op.drop_column("budget", "has_assessment")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_table("assessment_hand")
    op.drop_index(op.f("ix_assessment_group_group_id"), table_name="assessment_group")
    op.drop_table("assessment_group")
    op.drop_index(op.f("ix_assessment_assessor_account_id"), table_name="assessment_assessor")
    op.drop_table("assessment_assessor")
    op.drop_index(op.f("ix_assessment_note_project_id"), table_name="assessment_note")
    op.drop_table("assessment_note")
    op.drop_table("assessment")
    op.drop_index(op.f("ix_assessor_group_member_account_id"), table_name="assessor_group_member")
    op.drop_table("assessor_group_member")
    op.drop_table("assessor_group")
