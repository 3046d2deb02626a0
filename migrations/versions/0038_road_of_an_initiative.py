"""The road of a burgerinitiatief: its regulation, its stops, and signatures on paper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"

PUBLIC_TABLES = (
    "regulation",
    "initiative",
    "condition_finding",
    "initiative_step",
    "paper_check",
    "paper_delivery",
)


def upgrade() -> None:
    op.create_table(
        "regulation",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("conditions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("test_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("support_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("check_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("agenda_weeks", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "agenda_weeks BETWEEN 1 AND 52", name=op.f("ck_regulation_agenda_within_a_year")
        ),
        sa.CheckConstraint(
            "cardinality(conditions) BETWEEN 1 AND 20",
            name=op.f("ck_regulation_conditions_are_few"),
        ),
        sa.CheckConstraint(
            "check_weeks BETWEEN 1 AND 52", name=op.f("ck_regulation_check_within_a_year")
        ),
        sa.CheckConstraint(
            "support_weeks BETWEEN 1 AND 104", name=op.f("ck_regulation_support_within_two_years")
        ),
        sa.CheckConstraint(
            "test_weeks BETWEEN 1 AND 52", name=op.f("ck_regulation_test_within_a_year")
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_regulation_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_regulation")),
    )
    op.create_table(
        "initiative",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "stop",
            sa.Enum(
                "test",
                "support",
                "check",
                "agenda",
                "decided",
                "refused",
                "too_little",
                name="stop",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_initiative_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_initiative_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_initiative_year_number")),
    )
    op.create_index(op.f("ix_initiative_due_at"), "initiative", ["due_at"], unique=False)
    op.create_table(
        "condition_finding",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["initiative.proposal_id"],
            name=op.f("fk_condition_finding_proposal_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "position", name=op.f("pk_condition_finding")),
    )
    op.create_table(
        "initiative_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stop",
            sa.Enum(
                "test",
                "support",
                "check",
                "agenda",
                "decided",
                "refused",
                "too_little",
                name="stop",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_initiative_step_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["initiative.proposal_id"],
            name=op.f("fk_initiative_step_proposal_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(stop = 'agenda') = (meeting_on IS NOT NULL)",
            name=op.f("ck_initiative_step_meeting_has_a_day"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_step")),
        sa.UniqueConstraint(
            "proposal_id", "stop", name=op.f("uq_initiative_step_proposal_id_stop")
        ),
    )
    op.create_index(
        op.f("ix_initiative_step_clerk_id"), "initiative_step", ["clerk_id"], unique=False
    )
    op.create_table(
        "paper_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "flaw",
            sa.Enum(
                "twice",
                "not_found",
                "lives_elsewhere",
                "too_young",
                "unreadable",
                "not_signed",
                name="flaw",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_paper_check_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["initiative.proposal_id"],
            name=op.f("fk_paper_check_proposal_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_check")),
    )
    op.create_index(op.f("ix_paper_check_clerk_id"), "paper_check", ["clerk_id"], unique=False)
    op.create_index(
        op.f("ix_paper_check_proposal_id"), "paper_check", ["proposal_id"], unique=False
    )
    op.create_table(
        "paper_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("signatures", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "signatures BETWEEN 1 AND 100000", name=op.f("ck_paper_delivery_holds_signatures")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_paper_delivery_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["initiative.proposal_id"],
            name=op.f("fk_paper_delivery_proposal_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_delivery")),
    )
    op.create_index(
        op.f("ix_paper_delivery_clerk_id"), "paper_delivery", ["clerk_id"], unique=False
    )
    op.create_index(
        op.f("ix_paper_delivery_proposal_id"), "paper_delivery", ["proposal_id"], unique=False
    )
    op.add_column(
        "support",
        sa.Column("on_paper", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    for table in PUBLIC_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )


def downgrade() -> None:
    op.drop_column("support", "on_paper")
    op.drop_index(op.f("ix_paper_delivery_proposal_id"), table_name="paper_delivery")
    op.drop_index(op.f("ix_paper_delivery_clerk_id"), table_name="paper_delivery")
    op.drop_table("paper_delivery")
    op.drop_index(op.f("ix_paper_check_proposal_id"), table_name="paper_check")
    op.drop_index(op.f("ix_paper_check_clerk_id"), table_name="paper_check")
    op.drop_table("paper_check")
    op.drop_index(op.f("ix_initiative_step_clerk_id"), table_name="initiative_step")
    op.drop_table("initiative_step")
    op.drop_table("condition_finding")
    op.drop_index(op.f("ix_initiative_due_at"), table_name="initiative")
    op.drop_table("initiative")
    op.drop_table("regulation")
