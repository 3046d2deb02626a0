"""More ways to divide money: areas that each have their own, limits of a voter, what is withdrawn.

A question that divides money need no longer be a knapsack. An option that is withdrawn stays on
every ballot that names it; the count leaves it out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

FROZEN_ROUND = """
CREATE OR REPLACE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.title, NEW.process_id, NEW.grade, NEW.publication, NEW.roll_kind, NEW.opens_at,
        NEW.who_may_vote, NEW.who_decides, NEW.result_on, NEW.minimum_age, NEW.reference_date,
        NEW.shows_turnout, NEW.most_answered, NEW.counting, NEW.rules_hash)
        IS DISTINCT FROM
       (OLD.title, OLD.process_id, OLD.grade, OLD.publication, OLD.roll_kind, OLD.opens_at,
        OLD.who_may_vote, OLD.who_decides, OLD.result_on, OLD.minimum_age, OLD.reference_date,
        OLD.shows_turnout, OLD.most_answered, OLD.counting, OLD.rules_hash)
       OR (OLD.seal_public IS NOT NULL AND
           (NEW.seal_public, NEW.head_public) IS DISTINCT FROM (OLD.seal_public, OLD.head_public))
    THEN
        RAISE EXCEPTION 'the rules of vote round % are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
FORMER_FROZEN_ROUND = FROZEN_ROUND.replace(" NEW.most_answered,", "").replace(
    " OLD.most_answered,", ""
)
KNAPSACK, MONEY = "ck_vote_question_knapsack_has_a_budget", "money_of_a_voter_is_in_the_budget"


def upgrade() -> None:
    op.add_column("vote_round", sa.Column("most_answered", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_vote_round_something_may_be_answered"), "vote_round", "most_answered > 0"
    )
    op.execute(FROZEN_ROUND)
    op.add_column("vote_question", sa.Column("least_money", sa.BigInteger(), nullable=True))
    op.add_column("vote_question", sa.Column("most_money", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f(f"ck_vote_question_{MONEY}"),
        "vote_question",
        "0 < least_money AND least_money <= COALESCE(most_money, budget) AND most_money <= budget",
    )
    op.drop_constraint(op.f(KNAPSACK), "vote_question")
    op.create_check_constraint(
        op.f(KNAPSACK), "vote_question", "kind <> 'knapsack' OR budget IS NOT NULL"
    )
    op.create_table(
        "option_withdrawal",
        sa.Column("option_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["vote_option.id"],
            name=op.f("fk_option_withdrawal_option_id_vote_option"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("option_id", name=op.f("pk_option_withdrawal")),
    )
    _guard_withdrawals()


def _guard_withdrawals() -> None:
    op.execute(
        "CREATE CONSTRAINT TRIGGER raise_content_version"
        " AFTER INSERT OR UPDATE OR DELETE ON option_withdrawal DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
    )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON option_withdrawal"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON option_withdrawal FROM web; END IF; END $$"
    )


def downgrade() -> None:
    op.drop_table("option_withdrawal")
    op.drop_constraint(op.f(KNAPSACK), "vote_question")
    op.create_check_constraint(
        op.f(KNAPSACK), "vote_question", "(kind = 'knapsack') = (budget IS NOT NULL)"
    )
    op.drop_constraint(op.f(f"ck_vote_question_{MONEY}"), "vote_question")
    op.drop_column("vote_question", "most_money")
    op.drop_column("vote_question", "least_money")
    op.execute(FORMER_FROZEN_ROUND)
    op.drop_constraint(op.f("ck_vote_round_something_may_be_answered"), "vote_round")
    op.drop_column("vote_round", "most_answered")
