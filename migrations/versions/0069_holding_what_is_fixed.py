"""What is fixed of a vote holds for who wrote a moment before, too.

Who changes a question, an answer or for whom a process is, waits for who fixes the rules of its
vote, and the other way round: neither slips in between.
"""

from alembic import op

revision = "0069"
down_revision = "0068"

OPTIONS = """
CREATE OR REPLACE FUNCTION refuse_other_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE id IN (OLD.round_id, NEW.round_id) FOR SHARE
    LOOP
        IF round.rules_hash IS NOT NULL AND round.discarded_at IS NULL THEN
            RAISE EXCEPTION 'the options of vote round % are fixed', round.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""
OPTIONS_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_other_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE id IN (OLD.round_id, NEW.round_id) AND rules_hash IS NOT NULL AND discarded_at IS NULL
    LOOP
        RAISE EXCEPTION 'the options of vote round % are fixed', round.id
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""

AUDIENCE = """
CREATE OR REPLACE FUNCTION refuse_other_voters() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE process_id IN (OLD.process_id, NEW.process_id) AND state IN ('draft', 'open')
        ORDER BY id FOR SHARE
    LOOP
        IF round.rules_hash IS NOT NULL THEN
            RAISE EXCEPTION 'who may vote in vote round % is fixed', round.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""
AUDIENCE_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_other_voters() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE process_id IN (OLD.process_id, NEW.process_id)
        AND rules_hash IS NOT NULL AND state IN ('draft', 'open')
    LOOP
        RAISE EXCEPTION 'who may vote in vote round % is fixed', round.id
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""


def upgrade() -> None:
    op.execute(OPTIONS)
    op.execute(AUDIENCE)


def downgrade() -> None:
    op.execute(AUDIENCE_BEFORE)
    op.execute(OPTIONS_BEFORE)
