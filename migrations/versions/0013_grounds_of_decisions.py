"""A decision that shows something again, or leaves it, has grounds of its own."""

from alembic import op

revision = "0013"
down_revision = "0012"

BEFORE = ("insult", "discrimination", "privacy", "spam", "advertising")
CLEARING = ("within_rules", "sharp_opinion", "mistake", "objection")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_decision_ground"), "decision", type_="check")
    op.create_check_constraint(
        op.f("ck_decision_decisionground"), "decision", _among(*BEFORE, *CLEARING, "other")
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_decision_decisionground"), "decision", type_="check")
    op.execute(f"UPDATE decision SET ground = 'other' WHERE {_among(*CLEARING)}")
    op.create_check_constraint(op.f("ck_decision_ground"), "decision", _among(*BEFORE, "other"))


def _among(*grounds: str) -> str:
    return f"ground IN ({', '.join(map(repr, grounds))})"
