"""What a vote is about cannot change once its rules are fixed, whoever tries.

Closing may move and the state goes on; title, kind, money, opening, the way of counting and the
fingerprint stay. Options of such a round are not changed, taken away or added.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

FROZEN_ROUND = """
CREATE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.title, NEW.kind, NEW.budget, NEW.opens_at, NEW.counting, NEW.rules_hash)
        IS DISTINCT FROM
       (OLD.title, OLD.kind, OLD.budget, OLD.opens_at, OLD.counting, OLD.rules_hash) THEN
        RAISE EXCEPTION 'the rules of vote round % are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

FROZEN_OPTIONS = """
CREATE FUNCTION refuse_other_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE id IN (OLD.round_id, NEW.round_id) AND rules_hash IS NOT NULL
    LOOP
        RAISE EXCEPTION 'the options of vote round % are fixed', round.id
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""


def upgrade() -> None:
    op.execute(FROZEN_ROUND)
    op.execute(
        "CREATE TRIGGER refuse_thaw BEFORE UPDATE ON vote_round FOR EACH ROW"
        " WHEN (OLD.rules_hash IS NOT NULL) EXECUTE FUNCTION refuse_thaw()"
    )
    op.execute(FROZEN_OPTIONS)
    op.execute(
        "CREATE TRIGGER refuse_other_options BEFORE INSERT OR UPDATE OR DELETE ON vote_option"
        " FOR EACH ROW EXECUTE FUNCTION refuse_other_options()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_other_options ON vote_option")
    op.execute("DROP FUNCTION refuse_other_options()")
    op.execute("DROP TRIGGER refuse_thaw ON vote_round")
    op.execute("DROP FUNCTION refuse_thaw()")
