"""Questions on a ballot, a board, drafts, and what the clerk fixes about a vote before it opens.

What is counted keeps its choices and its result. Rounds with fixed rules get the fingerprint of
their rules in the new form; the audit log keeps the old one. A vote that is open and in which
nobody has voted opens again by itself, with keys of its own. A vote with ballots that are not
counted cannot be carried over: its keys are of another kind.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

UNDER_WAY = """
SELECT EXISTS (
    SELECT FROM ballot JOIN vote_round ON vote_round.id = ballot.round_id
    WHERE NOT EXISTS (SELECT FROM choice WHERE choice.round_id = ballot.round_id)
)
"""

GRADES = ("licht", "gewoon", "zwaar")
PUBLICATIONS = ("codes", "choices", "counts")
ROLLS = ("open", "upload", "codes")
STATES = ("draft", "open", "closed", "counted", "published", "broken_off")
KINDS = ("knapsack", "single", "multiple", "ranking", "points", "open")
CHANNELS = ("login", "code", "paper", "desk")
ENTRIES = ("opening", "cast", "paper", "annul", "amendment", "closing", "result", "destroyed")

FROZEN_ROUND = """
CREATE OR REPLACE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.title, NEW.process_id, NEW.grade, NEW.publication, NEW.roll_kind, NEW.opens_at,
        NEW.who_may_vote, NEW.who_decides, NEW.result_on, NEW.minimum_age, NEW.reference_date,
        NEW.shows_turnout, NEW.counting, NEW.rules_hash)
        IS DISTINCT FROM
       (OLD.title, OLD.process_id, OLD.grade, OLD.publication, OLD.roll_kind, OLD.opens_at,
        OLD.who_may_vote, OLD.who_decides, OLD.result_on, OLD.minimum_age, OLD.reference_date,
        OLD.shows_turnout, OLD.counting, OLD.rules_hash)
       OR (OLD.seal_public IS NOT NULL AND
           (NEW.seal_public, NEW.head_public) IS DISTINCT FROM (OLD.seal_public, OLD.head_public))
    THEN
        RAISE EXCEPTION 'the rules of vote round % are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

FORMER_FROZEN_ROUND = """
CREATE OR REPLACE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
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

FROZEN_BY = """
CREATE TRIGGER refuse_thaw BEFORE UPDATE ON vote_round FOR EACH ROW
WHEN (OLD.rules_hash IS NOT NULL) EXECUTE FUNCTION refuse_thaw()
"""

OF_ROUND = """
FOR EACH ROW EXECUTE FUNCTION refuse_other_options()
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
    if op.get_bind().scalar(sa.text(UNDER_WAY)):
        raise RuntimeError("Votes are under way. Let them be counted first, then upgrade.")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, trigger in (("vote_round", "refuse_thaw"), ("vote_option", "refuse_other_options")):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    _rounds()
    _questions()
    _ballots()
    _counts()
    _board()
    _fingerprints()
    op.execute(FROZEN_ROUND)
    op.execute(FROZEN_BY)
    for table in ("vote_question", "vote_option"):
        op.execute(
            f"CREATE TRIGGER refuse_other_options BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            + OF_ROUND
        )
    op.execute(VERSION.format(table="vote_question"))


def downgrade() -> None:
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("vote_question", "vote_option"):
        op.execute(f"DROP TRIGGER refuse_other_options ON {table}")
    op.execute("DROP TRIGGER refuse_thaw ON vote_round")
    op.drop_table("vote_draft")
    op.drop_table("board_counter")
    op.drop_table("board_entry")
    _former_counts()
    _former_ballots()
    _former_questions()
    _former_rounds()
    op.execute(FORMER_FROZEN_ROUND)
    op.execute(FROZEN_BY)
    op.execute(
        "CREATE TRIGGER refuse_other_options BEFORE INSERT OR UPDATE OR DELETE ON vote_option"
        + OF_ROUND
    )


def _rounds() -> None:
    _members("vote_round", "roundstate", "state", STATES)
    for name, members, first in (
        ("grade", GRADES, "licht"),
        ("publication", PUBLICATIONS, "counts"),
        ("roll_kind", ROLLS, "open"),
    ):
        _add("vote_round", name, sa.String(40), first)
        _members("vote_round", name.replace("_", ""), name, members, is_new=True)
    for name in ("who_may_vote", "who_decides"):
        _add("vote_round", name, sa.String(280), "")
    _add("vote_round", "shows_turnout", sa.Boolean(), sa.false())
    for name, kind in (
        ("process_id", sa.BigInteger()),
        ("result_on", sa.Date()),
        ("minimum_age", sa.SmallInteger()),
        ("reference_date", sa.Date()),
        ("broken_off_at", sa.DateTime(timezone=True)),
        ("seal_public", sa.LargeBinary()),
        ("head_public", sa.LargeBinary()),
        ("clerk_id", sa.BigInteger()),
        ("second_id", sa.BigInteger()),
        ("substitute_id", sa.BigInteger()),
    ):
        op.add_column("vote_round", sa.Column(name, kind))
    for name, table in (
        ("process_id", "process"),
        ("clerk_id", "account"),
        ("second_id", "account"),
        ("substitute_id", "account"),
    ):
        op.create_foreign_key(
            f"fk_vote_round_{name}_{table}",
            "vote_round",
            table,
            [name],
            ["id"],
            ondelete="RESTRICT",
        )
    op.create_index("ix_vote_round_process_id", "vote_round", ["process_id"])
    op.drop_constraint("ck_vote_round_closed_has_a_moment", "vote_round")
    for name, rule in (
        (
            "closed_has_a_moment",
            "(state IN ('closed', 'counted', 'published')) = (closed_at IS NOT NULL)",
        ),
        ("broken_off_has_a_moment", "(state = 'broken_off') = (broken_off_at IS NOT NULL)"),
        ("keys_come_together", "(seal_public IS NULL) = (head_public IS NULL)"),
        ("minimum_age_is_an_age", "minimum_age BETWEEN 0 AND 120"),
        (
            "closers_are_different_people",
            "clerk_id <> second_id AND clerk_id <> substitute_id AND second_id <> substitute_id",
        ),
    ):
        op.create_check_constraint(op.f(f"ck_vote_round_{name}"), "vote_round", rule)
    op.execute(
        "UPDATE vote_round SET process_id = budget.process_id FROM budget"
        " WHERE budget.round_id = vote_round.id"
    )
    op.execute(
        "UPDATE vote_round SET publication = 'choices' WHERE counting->>'publish_choices' = 'true'"
    )
    op.execute("UPDATE vote_round SET counting = counting - 'publish_choices'")
    op.execute("UPDATE vote_round SET state = 'published' WHERE state = 'counted'")
    op.execute("UPDATE vote_round SET state = 'draft', opened_at = NULL WHERE state = 'open'")


def _questions() -> None:
    op.create_table(
        "vote_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("minimum", sa.SmallInteger(), nullable=False),
        sa.Column("maximum", sa.SmallInteger(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("shuffles", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "0 <= minimum AND minimum <= maximum",
            name=op.f("ck_vote_question_minimum_is_at_most_maximum"),
        ),
        sa.CheckConstraint("budget > 0", name=op.f("ck_vote_question_budget_is_positive")),
        sa.CheckConstraint(
            "(kind = 'knapsack') = (budget IS NOT NULL)",
            name=op.f("ck_vote_question_knapsack_has_a_budget"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_vote_question_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_question")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_vote_question_round_id_code")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_vote_question_round_id_position")
        ),
        sa.UniqueConstraint("round_id", "id", name=op.f("uq_vote_question_round_id_id")),
    )
    _members("vote_question", "ballotkind", "kind", KINDS, is_new=True)
    op.execute(
        "INSERT INTO vote_question"
        " (round_id, code, position, kind, title, explanation, minimum, budget, shuffles)"
        " SELECT id, 'plans', 1, kind, title, '', 1, budget, true FROM vote_round"
    )
    op.drop_column("vote_round", "kind")
    op.drop_column("vote_round", "budget")
    _add("vote_option", "text", sa.Text(), "")
    op.add_column("vote_option", sa.Column("question_id", sa.BigInteger()))
    _number("vote_option")
    op.drop_constraint("fk_vote_option_round_id_vote_round", "vote_option")
    _of_question("vote_option", "CASCADE")
    op.create_index("ix_vote_option_question_id", "vote_option", ["question_id"])


def _ballots() -> None:
    _members("roll", "channel", "channel", CHANNELS)
    op.add_column("roll", sa.Column("tag", sa.LargeBinary()))
    op.create_check_constraint(op.f("ck_roll_version_is_not_negative"), "roll", "version >= 0")
    op.execute("ALTER TABLE ballot DISABLE TRIGGER refuse_change")
    op.add_column("ballot", sa.Column("digest", sa.LargeBinary()))
    op.add_column("ballot", sa.Column("seq", sa.BigInteger()))
    op.execute(
        "UPDATE ballot SET digest = sha256(sealed), seq = placed.seq FROM (SELECT round_id, press,"
        " row_number() OVER (PARTITION BY round_id ORDER BY voter_key, version) AS seq"
        " FROM ballot) AS placed"
        " WHERE placed.round_id = ballot.round_id AND placed.press = ballot.press"
    )
    op.execute("ALTER TABLE ballot ENABLE TRIGGER refuse_change")
    for name in ("digest", "seq"):
        op.alter_column("ballot", name, nullable=False)
    op.create_unique_constraint("uq_ballot_round_id_seq", "ballot", ["round_id", "seq"])


def _counts() -> None:
    for table in ("choice", "tally"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER refuse_change")
        op.add_column(table, sa.Column("question_id", sa.BigInteger()))
        _number(table)
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER refuse_change")
        op.drop_constraint(f"fk_{table}_round_id_vote_round", table)
        op.drop_constraint(f"pk_{table}", table)
        _of_question(table, "RESTRICT")
    _rename_choice("options", "answer", postgresql.ARRAY(sa.Text()))
    op.create_primary_key("pk_choice", "choice", ["round_id", "question_id", "answer"])
    op.create_primary_key("pk_tally", "tally", ["round_id", "question_id", "version"])


def _board() -> None:
    op.create_table(
        "board_entry",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_board_entry_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "seq", name=op.f("pk_board_entry")),
    )
    _members("board_entry", "entrykind", "kind", ENTRIES, is_new=True)
    op.execute(REFUSE.format(table="board_entry"))
    op.execute(WEB_ONLY_ADDS.format(table="board_entry"))
    op.create_table(
        "board_counter",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_board_counter_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_board_counter")),
    )
    op.create_table(
        "vote_draft",
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("press", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_vote_draft_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "round_id", name=op.f("pk_vote_draft")),
    )
    op.create_index("ix_vote_draft_round_id", "vote_draft", ["round_id"])


def _fingerprints() -> None:
    """The rules of rounds that had a fingerprint, fingerprinted as they are written down now."""
    connection = op.get_bind()
    rounds = "SELECT * FROM vote_round WHERE rules_hash IS NOT NULL"
    for one in connection.execute(sa.text(rounds)).mappings():
        facts = {
            "title": one["title"],
            "grade": one["grade"],
            "publication": one["publication"],
            "roll_kind": one["roll_kind"],
            "opens_at": one["opens_at"].timestamp(),
            "closes_at": one["closes_at"].timestamp(),
            "who_may_vote": "",
            "who_decides": "",
            "result_on": None,
            "minimum_age": None,
            "reference_date": None,
            "shows_turnout": False,
            "counting": one["counting"],
            "questions": [_asked(connection, one["id"])],
        }
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        connection.execute(
            sa.text("UPDATE vote_round SET rules_hash = :hash WHERE id = :id"),
            {"hash": hashlib.sha256(text.encode()).hexdigest(), "id": one["id"]},
        )


def _asked(connection: sa.Connection, round_id: int) -> dict[str, object]:
    question = connection.execute(
        sa.text(
            "SELECT code, kind, title, explanation, minimum, maximum, budget, shuffles"
            " FROM vote_question WHERE round_id = :id"
        ),
        {"id": round_id},
    ).mappings()
    options = connection.execute(
        sa.text("SELECT code, title, text, cost FROM vote_option WHERE round_id = :id"),
        {"id": round_id},
    ).mappings()
    in_order = sorted(map(dict, options), key=lambda option: str(option["code"]))
    return {**question.one(), "options": in_order}


def _former_counts() -> None:
    for table in ("choice", "tally"):
        op.drop_constraint(f"pk_{table}", table)
        op.drop_constraint(f"fk_{table}_round_id_question_id_vote_question", table)
        op.drop_column(table, "question_id")
        op.create_foreign_key(
            f"fk_{table}_round_id_vote_round",
            table,
            "vote_round",
            ["round_id"],
            ["id"],
            ondelete="RESTRICT",
        )
    kind = postgresql.ARRAY(sa.String(40))
    _rename_choice("answer", "options", kind)
    op.create_primary_key("pk_choice", "choice", ["round_id", "options"])
    op.create_primary_key("pk_tally", "tally", ["round_id", "version"])


def _former_ballots() -> None:
    op.drop_constraint("uq_ballot_round_id_seq", "ballot")
    op.drop_column("ballot", "seq")
    op.drop_column("ballot", "digest")
    op.drop_constraint("ck_roll_version_is_not_negative", "roll")
    op.drop_column("roll", "tag")
    _members("roll", "channel", "channel", ("login", "code", "paper"))


def _former_questions() -> None:
    op.add_column("vote_round", sa.Column("kind", sa.String(40)))
    op.add_column("vote_round", sa.Column("budget", sa.BigInteger()))
    op.execute(
        "UPDATE vote_round SET kind = question.kind, budget = question.budget"
        " FROM vote_question AS question WHERE question.round_id = vote_round.id"
    )
    for name in ("kind", "budget"):
        op.alter_column("vote_round", name, nullable=False)
    _members("vote_round", "ballotkind", "kind", ("knapsack",), is_new=True)
    op.create_check_constraint(op.f("ck_vote_round_budget_is_positive"), "vote_round", "budget > 0")
    op.drop_index("ix_vote_option_question_id", "vote_option")
    op.drop_constraint("fk_vote_option_round_id_question_id_vote_question", "vote_option")
    op.drop_column("vote_option", "question_id")
    op.drop_column("vote_option", "text")
    op.create_foreign_key(
        "fk_vote_option_round_id_vote_round",
        "vote_option",
        "vote_round",
        ["round_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.drop_table("vote_question")


def _former_rounds() -> None:
    op.execute("UPDATE vote_round SET state = 'counted' WHERE state = 'published'")
    op.execute(
        "UPDATE vote_round SET counting = counting || '{\"publish_choices\": true}'"
        " WHERE publication <> 'counts'"
    )
    for name in (
        "broken_off_has_a_moment",
        "keys_come_together",
        "minimum_age_is_an_age",
        "closers_are_different_people",
        "closed_has_a_moment",
    ):
        op.drop_constraint(f"ck_vote_round_{name}", "vote_round")
    op.create_check_constraint(
        op.f("ck_vote_round_closed_has_a_moment"),
        "vote_round",
        "(state IN ('closed', 'counted')) = (closed_at IS NOT NULL)",
    )
    for name in (
        *("grade", "publication", "roll_kind", "who_may_vote", "who_decides", "shows_turnout"),
        *("process_id", "result_on", "minimum_age", "reference_date", "broken_off_at"),
        *("seal_public", "head_public", "clerk_id", "second_id", "substitute_id"),
    ):
        op.drop_column("vote_round", name)
    _members("vote_round", "roundstate", "state", ("draft", "open", "closed", "counted"))


def _add(table: str, name: str, kind: sa.types.TypeEngine[object], first: object) -> None:
    """A column that is never empty; the rows that are there get `first`."""
    default = sa.text(f"'{first}'") if isinstance(first, str) else first
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.alter_column(table, name, server_default=None)


def _members(
    table: str, name: str, column: str, members: tuple[str, ...], *, is_new: bool = False
) -> None:
    """Let a column hold these members and nothing else."""
    constraint = op.f(f"ck_{table}_{name}")
    if not is_new:
        op.drop_constraint(constraint, table)
    op.create_check_constraint(constraint, table, sa.column(column, sa.String).in_(members))


def _rename_choice(old: str, new: str, kind: sa.types.TypeEngine[list[str]]) -> None:
    """Not null anew, for PostgreSQL names that after the column."""
    op.alter_column("choice", old, nullable=True)
    op.alter_column("choice", old, new_column_name=new, type_=kind)
    op.alter_column("choice", new, nullable=False)


def _number(table: str) -> None:
    """Tie the rows of a table to the only question of their round."""
    op.execute(
        f"UPDATE {table} SET question_id = question.id FROM vote_question AS question"
        f" WHERE question.round_id = {table}.round_id"
    )
    op.alter_column(table, "question_id", nullable=False)


def _of_question(table: str, on_delete: str) -> None:
    op.create_foreign_key(
        f"fk_{table}_round_id_question_id_vote_question",
        table,
        "vote_question",
        ["round_id", "question_id"],
        ["round_id", "id"],
        ondelete=on_delete,
    )
