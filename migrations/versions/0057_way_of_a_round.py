"""A vote goes its way in the database too: it is never set back, and opens again by two people.

The moment of closing stays as it was written. What is closed opens again, until the moment that
two people agreed on, and an open vote is broken off only where two people said so.
"""

from alembic import op

revision = "0057"
down_revision = "0056"

WAY = """
CREATE FUNCTION keep_on_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed boolean := true;
BEGIN
    IF NEW.state = OLD.state THEN
        IF NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
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
    END IF;
    IF NEW.state = 'broken_off' THEN
        agreed := EXISTS (SELECT FROM vote_act
            WHERE round_id = OLD.id AND act = 'break_off' AND confirmed_at IS NOT NULL);
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


def upgrade() -> None:
    op.execute(WAY)
    op.execute(
        "CREATE TRIGGER keep_on_its_way BEFORE UPDATE ON vote_round FOR EACH ROW"
        " WHEN (OLD.state <> 'draft' OR NEW.state <> 'draft') EXECUTE FUNCTION keep_on_its_way()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_on_its_way ON vote_round")
    op.execute("DROP FUNCTION keep_on_its_way()")
