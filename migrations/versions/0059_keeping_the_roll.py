"""A roll keeps its rows in the database too: whoever tries.

Nobody comes on a closed roll once its vote is open, and nobody goes off any roll. How often
somebody voted is only counted on, one at a time and while the vote is open, and who has a paper
ballot keeps it. A rehearsal is thrown away with its roll.
"""

from alembic import op

revision = "0059"
down_revision = "0058"

COMES_ON = """
CREATE FUNCTION keep_closed_roll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    vote record;
BEGIN
    IF (SELECT roll_kind FROM vote_round WHERE id = NEW.round_id) = 'open' THEN
        RETURN NULL;
    END IF;
    SELECT state INTO vote FROM vote_round WHERE id = NEW.round_id FOR SHARE;
    IF vote.state <> 'draft' THEN
        RAISE EXCEPTION 'the roll of vote round % is closed', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

STAYS = """
CREATE FUNCTION keep_roll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM vote_round WHERE id = OLD.round_id AND discarded_at IS NULL) THEN
            RAISE EXCEPTION 'a row of the roll of vote round % stays', OLD.round_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.round_id, NEW.voter_key) <> (OLD.round_id, OLD.voter_key)
        OR OLD.tag <> NEW.tag OR (OLD.tag IS NOT NULL AND NEW.tag IS NULL)
        OR NEW.version NOT IN (OLD.version, OLD.version + 1)
        OR (NEW.version = OLD.version AND NEW.channel <> OLD.channel)
        OR (NEW.version > OLD.version AND OLD.version > 0 AND OLD.channel = 'paper')
        OR (NEW.version > OLD.version AND NOT EXISTS (
            SELECT FROM vote_round WHERE id = OLD.round_id AND state = 'open'))
    THEN
        RAISE EXCEPTION 'a row of the roll of vote round % cannot change so', OLD.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(COMES_ON)
    op.execute(STAYS)
    op.execute(
        "CREATE TRIGGER keep_closed_roll AFTER INSERT ON roll"
        " FOR EACH ROW EXECUTE FUNCTION keep_closed_roll()"
    )
    op.execute(
        "CREATE TRIGGER keep_roll BEFORE UPDATE OR DELETE ON roll"
        " FOR EACH ROW EXECUTE FUNCTION keep_roll()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_roll ON roll")
    op.execute("DROP TRIGGER keep_closed_roll ON roll")
    op.execute("DROP FUNCTION keep_roll()")
    op.execute("DROP FUNCTION keep_closed_roll()")
