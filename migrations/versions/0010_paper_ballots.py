"""Paper ballots, typed by two people; a pile that both agreed on does not change any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

AGREED = """
CREATE FUNCTION refuse_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pile paper_pile;
BEGIN
    FOR pile IN SELECT * FROM paper_pile
        WHERE id IN (OLD.pile_id, NEW.pile_id) AND agreed_at IS NOT NULL
    LOOP
        RAISE EXCEPTION 'both found the same on pile %', pile.id
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""

AGREED_PILE = """
CREATE FUNCTION refuse_agreed_pile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'both found the same on pile %', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "paper_pile",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("papers", sa.SmallInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("second_id", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "agreed_at IS NULL OR (first_id IS NOT NULL AND second_id IS NOT NULL)",
            name=op.f("ck_paper_pile_two_people_agree"),
        ),
        sa.CheckConstraint(
            "first_id <> second_id", name=op.f("ck_paper_pile_typed_by_different_people")
        ),
        sa.CheckConstraint("papers > 0", name=op.f("ck_paper_pile_pile_has_papers")),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_paper_pile_{column}_{table}"),
                ondelete="RESTRICT",
            )
            for column, table in (
                ("round_id", "vote_round"),
                ("first_id", "account"),
                ("second_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_pile")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_paper_pile_round_id_number")),
    )
    fault = sa.Enum(
        "not_ours", "named", name="fault", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "paper_ballot",
        sa.Column("pile_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("fault", fault, nullable=True),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_paper_ballot_number_counts_from_one")),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_paper_ballot_turn_is_first_or_second")),
        sa.ForeignKeyConstraint(
            ["pile_id"],
            ["paper_pile.id"],
            name=op.f("fk_paper_ballot_pile_id_paper_pile"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("pile_id", "turn", "number", name=op.f("pk_paper_ballot")),
    )
    op.execute(AGREED)
    op.execute(
        "CREATE TRIGGER refuse_agreed BEFORE INSERT OR UPDATE OR DELETE ON paper_ballot"
        " FOR EACH ROW EXECUTE FUNCTION refuse_agreed()"
    )
    op.execute(AGREED_PILE)
    op.execute(
        "CREATE TRIGGER refuse_agreed_pile BEFORE UPDATE OR DELETE ON paper_pile"
        " FOR EACH ROW WHEN (OLD.agreed_at IS NOT NULL) EXECUTE FUNCTION refuse_agreed_pile()"
    )


def downgrade() -> None:
    op.drop_table("paper_ballot")
    op.drop_table("paper_pile")
    op.execute("DROP FUNCTION refuse_agreed_pile()")
    op.execute("DROP FUNCTION refuse_agreed()")
