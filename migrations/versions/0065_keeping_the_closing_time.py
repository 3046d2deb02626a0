"""The closing time of a vote stays in the database too, and so does for whom the vote is.

While a vote is open its closing time moves later only, by what stands on its board with a reason;
once that time is over it takes what two people agreed on. Nobody closes a vote before its time.
Nobody opens one whose rules are not fixed, or breaks one off of which the board does not tell. Who
closes a vote, and for whom its process is, stay as they were when its rules were fixed.
"""

from alembic import op

revision = "0065"
down_revision = "0064"

CLOSING_TIME = """
CREATE FUNCTION keep_closing_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves boolean := NEW.closes_at <> OLD.closes_at;
BEGIN
    IF moves AND (
        NEW.closes_at < OLD.closes_at
        OR OLD.state NOT IN ('open', 'closed')
        OR NEW.state <> 'open'
        OR (OLD.state = 'open' AND OLD.closes_at <= clock_timestamp())
        OR NOT EXISTS (
            SELECT FROM board_entry
            WHERE round_id = OLD.id AND kind = 'amendment' AND body->>'what' = 'closes_at'
            AND to_timestamp((body->>'from')::double precision) = OLD.closes_at
            AND to_timestamp((body->>'until')::double precision) = NEW.closes_at
            AND length(btrim(body->>'reason')) > 0
        )
    ) OR NEW.extended_from IS DISTINCT FROM (
        CASE WHEN moves THEN coalesce(OLD.extended_from, OLD.closes_at) ELSE OLD.extended_from END
    ) THEN
        RAISE EXCEPTION 'the closing time of vote round % moves later only, as its board says',
            OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'open' AND NEW.state = 'closed' AND (
        NEW.closed_at > clock_timestamp()
        OR (OLD.rehearsal_of IS NULL AND NEW.closed_at < NEW.closes_at)
    ) THEN
        RAISE EXCEPTION 'vote round % does not close before its time', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

WAY = """
CREATE OR REPLACE FUNCTION keep_on_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed boolean := true;
BEGIN
    IF NEW.state = OLD.state THEN
        IF NEW.closed_at IS DISTINCT FROM OLD.closed_at{moments} THEN
            RAISE EXCEPTION 'the moment at which vote round % closed stays', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('draft', 'open'), ('open', 'closed'), ('open', 'broken_off'),
        ('closed', 'open'), ('closed', 'counted'), ('counted', 'published')
    ) THEN
        RAISE EXCEPTION 'vote round % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;{fixed}
    IF NEW.state = 'broken_off' THEN
        agreed := EXISTS (SELECT FROM vote_act
            WHERE round_id = OLD.id AND act = 'break_off' AND confirmed_at IS NOT NULL){told};
    ELSIF OLD.state = 'closed' AND NEW.state = 'open' THEN
        agreed := EXISTS (SELECT FROM vote_act
            WHERE round_id = OLD.id AND act = 'extend' AND confirmed_at IS NOT NULL
            AND to_timestamp((terms->>'until')::double precision) = NEW.closes_at);
    END IF;
    IF NOT agreed THEN
        RAISE EXCEPTION 'vote round % cannot go from % to % without two people',
            OLD.id, OLD.state, NEW.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
MOMENTS = """
            OR NEW.broken_off_at IS DISTINCT FROM OLD.broken_off_at"""
FIXED = """
    IF NEW.state = 'open' AND NEW.rules_hash IS NULL AND OLD.state = 'draft' THEN
        RAISE EXCEPTION 'vote round % cannot open before its rules are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;"""
TOLD = """
            AND EXISTS (SELECT FROM board_entry WHERE round_id = OLD.id AND kind = 'amendment'
            AND body->>'what' = 'broken_off' AND length(btrim(body->>'reason')) > 0)"""

THAW = """
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
           (NEW.seal_public, NEW.head_public) IS DISTINCT FROM (OLD.seal_public, OLD.head_public)){}
    THEN
        RAISE EXCEPTION 'the rules of vote round % are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
PEOPLE = """
       OR (NEW.clerk_id, NEW.second_id, NEW.substitute_id)
          IS DISTINCT FROM (OLD.clerk_id, OLD.second_id, OLD.substitute_id)
       OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)"""

AUDIENCE = """
CREATE FUNCTION refuse_other_voters() RETURNS trigger LANGUAGE plpgsql AS $$
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
AUDIENCE_TABLES = ("process_audience", "audience_area", "audience_member")


def upgrade() -> None:
    op.execute(CLOSING_TIME)
    op.execute(
        "CREATE TRIGGER keep_closing_time BEFORE UPDATE ON vote_round FOR EACH ROW"
        " WHEN (OLD.state <> 'draft' OR OLD.rules_hash IS NOT NULL)"
        " EXECUTE FUNCTION keep_closing_time()"
    )
    op.execute(WAY.format(moments=MOMENTS, fixed=FIXED, told=TOLD))
    op.execute(THAW.format(PEOPLE))
    op.execute(AUDIENCE)
    for table in AUDIENCE_TABLES:
        op.execute(
            f"CREATE TRIGGER refuse_other_voters BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_other_voters()"
        )


def downgrade() -> None:
    for table in AUDIENCE_TABLES:
        op.execute(f"DROP TRIGGER refuse_other_voters ON {table}")
    op.execute("DROP FUNCTION refuse_other_voters()")
    op.execute(THAW.format(""))
    op.execute(WAY.format(moments="", fixed="", told=""))
    op.execute("DROP TRIGGER keep_closing_time ON vote_round")
    op.execute("DROP FUNCTION keep_closing_time()")
