"""What two people do in a vote, what is published of its counts, and when staff last logged in.

What was published before is version 1, final. A later answer in an act cannot be changed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

ACTS = ("finalise", "lot", "publish", "extend", "break_off", "recount")
ROLES = ("resident", "assessor", "clerk", "administrator")

DECIDED = """
CREATE FUNCTION refuse_other_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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

DECIDED_BY = """
CREATE TRIGGER refuse_other_act BEFORE UPDATE OR DELETE ON vote_act
FOR EACH ROW EXECUTE FUNCTION refuse_other_act()
"""

VERSION = """
CREATE CONSTRAINT TRIGGER raise_content_version AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_content_version()
"""

REFUSE = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

WEB_ONLY_ADDS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM web;
    END IF;
END $$
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("logged_in_at", sa.DateTime(timezone=True)))
    op.add_column("vote_round", sa.Column("extended_from", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_vote_round_closing_moves_later"), "vote_round", "extended_from < closes_at"
    )
    _roles(*ROLES, "second")
    _acts()
    _results()


def downgrade() -> None:
    op.drop_table("published_result")
    op.drop_table("vote_act")
    op.execute("DROP FUNCTION refuse_other_act()")
    op.execute("UPDATE account SET roles = array_remove(roles, 'second')")
    _roles(*ROLES)
    op.drop_column("vote_round", "extended_from")
    op.drop_column("account", "logged_in_at")


def _roles(*known: str) -> None:
    names = ", ".join(f"'{role}'" for role in known)
    op.drop_constraint(op.f("ck_account_known_roles"), "account")
    op.create_check_constraint(
        op.f("ck_account_known_roles"), "account", f"roles <@ ARRAY[{names}]::varchar[]"
    )


def _acts() -> None:
    people = ("asked_by", "confirmed_by", "refused_by")
    op.create_table(
        "vote_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("subject_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_vote_act_two_people")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_vote_act_confirmed_by_whom_and_when"),
        ),
        sa.CheckConstraint(
            "(refused_by IS NULL) = (refused_at IS NULL)",
            name=op.f("ck_vote_act_refused_by_whom_and_when"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR refused_at IS NULL", name=op.f("ck_vote_act_decided_once")
        ),
        _to("vote_round", "round_id", "vote_act"),
        *(_to("account", person, "vote_act") for person in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_act")),
    )
    op.create_index("ix_vote_act_round_id", "vote_act", ["round_id"])
    op.create_index(
        "uq_vote_act_pending",
        "vote_act",
        ["round_id", "act"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NULL AND refused_at IS NULL"),
    )
    op.execute(DECIDED)
    op.execute(DECIDED_BY)
    op.execute(VERSION.format(table="vote_act"))


def _results() -> None:
    op.create_table(
        "published_result",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_published_result_number_is_positive")),
        _to("vote_round", "round_id", "published_result"),
        _to("vote_act", "act_id", "published_result"),
        sa.PrimaryKeyConstraint("round_id", "number", "is_final", name=op.f("pk_published_result")),
        sa.UniqueConstraint("act_id", name=op.f("uq_published_result_act_id")),
    )
    op.execute(
        "INSERT INTO published_result (round_id, number, is_final, version, reason, published_at)"
        " SELECT vote_round.id, 1, true, max(tally.version), '', max(tally.counted_at)"
        " FROM vote_round JOIN tally ON tally.round_id = vote_round.id"
        " WHERE vote_round.state = 'published' GROUP BY vote_round.id"
    )
    op.execute(REFUSE.format(table="published_result"))
    op.execute(WEB_ONLY_ADDS.format(table="published_result"))
    op.execute(VERSION.format(table="published_result"))


def _to(table: str, column: str, own: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete="RESTRICT"
    )
