"""Arguments for and against, opinions on comments, and where a thread begins."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ROOTS = """
WITH RECURSIVE thread (id, root_id) AS (
    SELECT id, id FROM comment WHERE parent_id IS NULL
    UNION ALL
    SELECT comment.id, thread.root_id FROM comment JOIN thread ON comment.parent_id = thread.id
)
UPDATE comment SET root_id = thread.root_id
FROM thread WHERE thread.id = comment.id AND comment.parent_id IS NOT NULL
"""
CHECKS = {
    "opinions_are_counted": "agree_count >= 0 AND disagree_count >= 0",
    "an_argument_answers_nothing": "stance IS NULL OR parent_id IS NULL",
    "an_answer_has_a_root": "(parent_id IS NULL) = (root_id IS NULL)",
}


def upgrade() -> None:
    op.add_column("comment", sa.Column("root_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_comment_root_id_comment"),
        *("comment", "comment", ["root_id"], ["id"]),
        ondelete="CASCADE",
    )
    op.create_index(op.f("ix_comment_root_id"), "comment", ["root_id"])
    op.execute(ROOTS)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the rows just written still have to fire
    stance = sa.Enum("for", "against", name="stance", native_enum=False, length=40)
    op.add_column("comment", sa.Column("stance", stance, nullable=True))
    op.create_check_constraint(op.f("ck_comment_stance"), "comment", "stance IN ('for', 'against')")
    for column in ("agree_count", "disagree_count"):
        op.add_column(
            "comment", sa.Column(column, sa.BigInteger(), nullable=False, server_default="0")
        )
        op.alter_column("comment", column, server_default=None)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_comment_{name}"), "comment", rule)
    op.create_table(
        "comment_opinion",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "opinion",
            sa.Enum(
                "agree",
                "disagree",
                name="opinion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_comment_opinion_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_opinion_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "account_id", name=op.f("pk_comment_opinion")),
    )
    op.create_index(op.f("ix_comment_opinion_account_id"), "comment_opinion", ["account_id"])


def downgrade() -> None:
    op.drop_table("comment_opinion")
    for column in ("disagree_count", "agree_count", "stance", "root_id"):
        op.drop_column("comment", column)
