"""A rehearsal of a vote: a round of its own, that can be thrown away and nothing else can.

Rows of the ballot box are only ever added. The one exception is a rehearsal that was thrown away:
the statement that deletes looks at each row that goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BOX = (
    "ballot",
    "board_entry",
    "board_head",
    "board_node",
    "choice",
    "entry_status",
    "opened_ballot",
    "published_result",
    "tally",
)

REFUSE_LOSS = """
CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone LEFT JOIN vote_round ON vote_round.id = gone.round_id
        WHERE vote_round.discarded_at IS NULL
    ) THEN
        RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

NO_CHANGE = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
NO_LOSS = """
CREATE TRIGGER refuse_loss AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss()
"""
FORMER_NO_CHANGE = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

REFUSE_OTHER_REHEARSAL = """
CREATE FUNCTION refuse_other_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.rehearsal_of IS DISTINCT FROM NEW.rehearsal_of THEN
        RAISE EXCEPTION 'vote round % stays what it is: a vote or a rehearsal', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.rehearsal_of IN (SELECT id FROM vote_round WHERE rehearsal_of IS NOT NULL) THEN
        RAISE EXCEPTION 'a rehearsal has no rehearsal'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
REHEARSAL_STAYS = """
CREATE TRIGGER refuse_other_rehearsal BEFORE INSERT OR UPDATE OF rehearsal_of ON vote_round
FOR EACH ROW EXECUTE FUNCTION refuse_other_rehearsal()
"""

ACTS = """
CREATE OR REPLACE FUNCTION refuse_other_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND {may_go} THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL
       OR (NEW.round_id, NEW.act, NEW.terms, NEW.facts, NEW.subject_hash, NEW.reason,
           NEW.asked_by, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.round_id, OLD.act, OLD.terms, OLD.facts, OLD.subject_hash, OLD.reason,
           OLD.asked_by, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'act % of vote round % is on record', OLD.id, OLD.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
DISCARDED = "EXISTS (SELECT FROM vote_round WHERE id = OLD.round_id AND discarded_at IS NOT NULL)"

OPTIONS = """
CREATE OR REPLACE FUNCTION refuse_other_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round vote_round;
BEGIN
    FOR round IN SELECT * FROM vote_round
        WHERE id IN (OLD.round_id, NEW.round_id) AND rules_hash IS NOT NULL{unless}
    LOOP
        RAISE EXCEPTION 'the options of vote round % are fixed', round.id
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$
"""

THROW_AWAY = """
CREATE FUNCTION throw_rehearsal_away(thrown bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM vote_round WHERE id = thrown AND discarded_at IS NOT NULL) THEN
        RAISE EXCEPTION 'vote round % is no rehearsal that was thrown away', thrown
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    DELETE FROM published_result WHERE round_id = thrown;
    DELETE FROM vote_act WHERE round_id = thrown;
    DELETE FROM tally WHERE round_id = thrown;
    DELETE FROM choice WHERE round_id = thrown;
    DELETE FROM opened_ballot WHERE round_id = thrown;
    DELETE FROM entry_status WHERE round_id = thrown;
    DELETE FROM board_head WHERE round_id = thrown;
    DELETE FROM board_node WHERE round_id = thrown;
    DELETE FROM ballot WHERE round_id = thrown;
    DELETE FROM board_entry WHERE round_id = thrown;
    DELETE FROM paper_ballot USING paper_pile
        WHERE paper_pile.id = paper_ballot.pile_id AND paper_pile.round_id = thrown;
    DELETE FROM paper_pile WHERE round_id = thrown;
    DELETE FROM letter_code WHERE round_id = thrown;
    DELETE FROM code_batch WHERE round_id = thrown;
    DELETE FROM vote_complaint WHERE round_id = thrown;
    DELETE FROM vote_draft WHERE round_id = thrown;
    DELETE FROM roll WHERE round_id = thrown;
    DELETE FROM vote_option WHERE round_id = thrown;
    DELETE FROM vote_question WHERE round_id = thrown;
    DELETE FROM vote_round WHERE id = thrown;
END $$
"""


def upgrade() -> None:
    op.add_column("vote_round", sa.Column("rehearsal_of", sa.BigInteger()))
    op.add_column("vote_round", sa.Column("discarded_at", sa.DateTime(timezone=True)))
    op.add_column("vote_round", sa.Column("rehearsed_hash", sa.String(64)))
    op.create_foreign_key(
        op.f("fk_vote_round_rehearsal_of_vote_round"),
        "vote_round",
        "vote_round",
        ["rehearsal_of"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_unique_constraint(op.f("uq_vote_round_rehearsal_of"), "vote_round", ["rehearsal_of"])
    for name, rule in (
        (
            "rehearsal_takes_codes",
            (
                "rehearsal_of IS NULL OR"
                " (roll_kind = 'codes' AND grade <> 'zwaar' AND process_id IS NULL)"
            ),
        ),
        ("only_a_rehearsal_goes", "discarded_at IS NULL OR rehearsal_of IS NOT NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_vote_round_{name}"), "vote_round", rule)
    op.execute(REFUSE_OTHER_REHEARSAL)
    op.execute(REHEARSAL_STAYS)
    op.execute(REFUSE_LOSS)
    for table in BOX:
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
        op.execute(NO_CHANGE.format(table=table))
        op.execute(NO_LOSS.format(table=table))
    op.execute(ACTS.format(may_go=DISCARDED))
    op.execute(OPTIONS.format(unless=" AND discarded_at IS NULL"))
    op.execute(THROW_AWAY)


def downgrade() -> None:
    op.execute("UPDATE vote_round SET discarded_at = now() WHERE rehearsal_of IS NOT NULL")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("SELECT throw_rehearsal_away(id) FROM vote_round WHERE discarded_at IS NOT NULL")
    op.execute("DROP FUNCTION throw_rehearsal_away(bigint)")
    op.execute(OPTIONS.format(unless=""))
    op.execute(ACTS.format(may_go="false"))
    for table in BOX:
        op.execute(f"DROP TRIGGER refuse_loss ON {table}")
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
        op.execute(FORMER_NO_CHANGE.format(table=table))
    op.execute("DROP FUNCTION refuse_loss()")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("DROP TRIGGER refuse_other_rehearsal ON vote_round")
    op.execute("DROP FUNCTION refuse_other_rehearsal()")
    for column in ("rehearsed_hash", "discarded_at", "rehearsal_of"):
        op.drop_column("vote_round", column)
