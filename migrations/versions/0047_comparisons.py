"""What the council decided about a result, and what other rules would have given."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.add_column("budget", sa.Column("decided_on", sa.Date(), nullable=True))
    op.add_column(
        "budget", sa.Column("decision", sa.String(200), server_default="", nullable=False)
    )
    op.add_column(
        "budget",
        sa.Column("compared_version", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_budget_a_decision_has_a_day_and_a_place"),
        "budget",
        "(decided_on IS NULL) = (decision = '')",
    )
    op.create_table(
        "other_outcome",
        sa.Column("question_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "most_votes",
                "equal_shares",
                "most_votes_stop",
                name="awardrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("winners", sa.ARRAY(sa.String()), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("empty_before", sa.BigInteger(), nullable=False),
        sa.Column("empty_handed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "empty_before >= 0 AND empty_handed >= 0",
            name=op.f("ck_other_outcome_nobody_less_than_none"),
        ),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_other_outcome_spent_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["budget.id"],
            name=op.f("fk_other_outcome_budget_id_budget"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["vote_question.id"],
            name=op.f("fk_other_outcome_question_id_vote_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "rule", name=op.f("pk_other_outcome")),
    )
    op.create_index(op.f("ix_other_outcome_budget_id"), "other_outcome", ["budget_id"])
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON other_outcome DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )


def downgrade() -> None:
    op.drop_table("other_outcome")
    op.drop_constraint(op.f("ck_budget_a_decision_has_a_day_and_a_place"), "budget")
    for name in ("compared_version", "decision", "decided_on"):
        op.drop_column("budget", name)
