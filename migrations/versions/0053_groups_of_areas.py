"""Areas of a budget can be in groups: in each, one ballot chooses in some of the areas at most."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

GROUP = "fk_vote_question_round_id_group_code_question_group"


def upgrade() -> None:
    op.create_table(
        "question_group",
        sa.Column("round_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("most > 0", name=op.f("ck_question_group_something_may_be_answered")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_question_group_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", "code", name=op.f("pk_question_group")),
        sa.UniqueConstraint("round_id", "title", name=op.f("uq_question_group_round_id_title")),
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON question_group DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
    op.execute(
        "CREATE TRIGGER refuse_other_options BEFORE INSERT OR UPDATE OR DELETE ON question_group"
        " FOR EACH ROW EXECUTE FUNCTION refuse_other_options()"
    )
    op.add_column("vote_question", sa.Column("group_code", sa.String(40), nullable=True))
    op.create_foreign_key(
        op.f(GROUP),
        "vote_question",
        "question_group",
        ["round_id", "group_code"],
        ["round_id", "code"],
        ondelete="NO ACTION",
    )


def downgrade() -> None:
    op.drop_constraint(op.f(GROUP), "vote_question")
    op.drop_column("vote_question", "group_code")
    op.drop_table("question_group")
