"""Discussions with the answer of the municipality; opinions on those as on comments."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

FORMER_PHASES = ("inform", "collect", "support", "assess", "costs", "vote", "result", "execute")
PHASES = ("inform", "discuss", *FORMER_PHASES[1:])
FORMER_ORDERS = ("random", "newest", "support", "discussed", "pace", "match")
FORMER_BANDS = ("polls", "nearby", "proposals", "how", "results")
BANDS = (*FORMER_BANDS[:3], "discussions", *FORMER_BANDS[3:])
ORDERS = (*FORMER_ORDERS[:5], "lately", "surely", "match")

KEEP = """
CREATE OR REPLACE FUNCTION keep_words_of_contribution(number bigint) RETURNS void
LANGUAGE sql AS $$
INSERT INTO contribution_words (contribution_id, words)
SELECT c.id, words_of(c.title, (
           SELECT coalesce(string_agg(t.name, ' '), '')
             FROM contribution_tag ct JOIN tag t ON t.id = ct.tag_id
            WHERE ct.contribution_id = c.id), c.summary, body.text)
  FROM contribution c
  JOIN (SELECT id, text FROM proposal UNION ALL SELECT id, text FROM discussion) body
    ON body.id = c.id
 WHERE c.id = number
    ON CONFLICT (contribution_id) DO UPDATE SET words = excluded.words
$$;
"""

FORMER_KEEP = """
CREATE OR REPLACE FUNCTION keep_words_of_proposal(number bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO contribution_words (contribution_id, words)
SELECT c.id, words_of(c.title, (
           SELECT coalesce(string_agg(t.name, ' '), '')
             FROM contribution_tag ct JOIN tag t ON t.id = ct.tag_id
            WHERE ct.contribution_id = c.id), c.summary, p.text)
  FROM contribution c JOIN proposal p ON p.id = c.id WHERE c.id = number
    ON CONFLICT (contribution_id) DO UPDATE SET words = excluded.words
$$;
"""

KEEP_WORDS = """
CREATE OR REPLACE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_words_of_{what}(NEW.id);
    RETURN NULL;
END $$;
"""

KEEP_WORDS_OF_TAGS = """
CREATE OR REPLACE FUNCTION keep_words_of_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_words_of_{what}(coalesce(NEW.contribution_id, OLD.contribution_id));
    RETURN NULL;
END $$;
"""

KEPT_ON_WRITING = """
CREATE TRIGGER keep_words AFTER INSERT OR UPDATE OF text ON discussion
   FOR EACH ROW EXECUTE FUNCTION keep_words()
"""

KEPT_ON_RENAMING = """
CREATE TRIGGER keep_words AFTER UPDATE OF title, summary ON contribution
   FOR EACH ROW WHEN (NEW.kind IN ({kinds})) EXECUTE FUNCTION keep_words()
"""

RAISE = (
    "CREATE CONSTRAINT TRIGGER raise_content_version AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
)


def upgrade() -> None:
    _hold_discussions()
    _make_discussions()
    _opinions("given_opinion", "contribution", of="comment_opinion")
    op.execute(KEEP)
    _keep_words("contribution", "'proposal', 'discussion'")
    op.execute(KEPT_ON_WRITING)
    op.execute("DROP FUNCTION keep_words_of_proposal(bigint)")
    for table in ("discussion", "discussion_answer"):
        op.execute(RAISE.format(table=table))
    _allow("phase", "phasekind", "kind", PHASES)
    _allow("offered_order", "order", "offered", ORDERS)
    _allow("hidden_band", "band", "band", BANDS)
    _choose("discussed", "pace", "lately", "surely")


def downgrade() -> None:
    op.execute("DELETE FROM offered_order WHERE offered IN ('lately', 'surely')")
    op.execute("DELETE FROM hidden_band WHERE band = 'discussions'")
    op.execute("UPDATE phase SET kind = 'inform' WHERE kind = 'discuss'")
    op.execute(
        "DELETE FROM contribution WHERE id IN"
        " (SELECT c.id FROM comment c JOIN discussion d ON d.id = c.subject_id)"
    )
    op.execute("DELETE FROM contribution WHERE kind = 'discussion'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _choose("discussed", "pace")
    _allow("offered_order", "order", "offered", FORMER_ORDERS)
    _allow("hidden_band", "band", "band", FORMER_BANDS)
    _allow("phase", "phasekind", "kind", FORMER_PHASES)
    op.execute(FORMER_KEEP)
    op.execute("DROP TRIGGER keep_words ON discussion")
    _keep_words("proposal", "'proposal'")
    op.execute("DROP FUNCTION keep_words_of_contribution(bigint)")
    _opinions("comment_opinion", "comment", of="given_opinion")
    op.drop_table("discussion_answer")
    op.drop_table("discussion")
    op.drop_column("process", "answers_discussions")
    op.drop_column("process", "discussion_starters")


def _hold_discussions() -> None:
    starters = sa.Enum(
        *("nobody", "staff", "everyone"),
        name="starters",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.add_column(
        "process",
        sa.Column("discussion_starters", starters, server_default="nobody", nullable=False),
    )
    op.add_column(
        "process",
        sa.Column("answers_discussions", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _make_discussions() -> None:
    op.create_table(
        "discussion",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agree_count", sa.BigInteger(), nullable=False),
        sa.Column("disagree_count", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "agree_count >= 0 AND disagree_count >= 0",
            name=op.f("ck_discussion_opinions_are_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["id"],
            ["contribution.id"],
            name=op.f("fk_discussion_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion")),
    )
    op.create_table(
        "discussion_answer",
        sa.Column("discussion_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_discussion_answer_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"],
            ["discussion.id"],
            name=op.f("fk_discussion_answer_discussion_id_discussion"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("discussion_id", name=op.f("pk_discussion_answer")),
    )
    op.create_index(op.f("ix_discussion_answer_clerk_id"), "discussion_answer", ["clerk_id"])


def _opinions(name: str, about: str, *, of: str) -> None:
    """A table of opinions about a kind of thing, with what stands in the table that it replaces."""
    column = f"{about}_id"
    opinions = sa.Enum(
        *("agree", "disagree"), name="opinion", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        name,
        sa.Column(column, sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("opinion", opinions, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f(f"fk_{name}_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            [column], [f"{about}.id"], name=op.f(f"fk_{name}_{column}_{about}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(column, "account_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])
    op.execute(f"INSERT INTO {name} SELECT * FROM {of}")
    op.drop_table(of)


def _keep_words(what: str, kinds: str) -> None:
    op.execute(KEEP_WORDS.format(what=what))
    op.execute(KEEP_WORDS_OF_TAGS.format(what=what))
    op.execute("DROP TRIGGER keep_words ON contribution")
    op.execute(KEPT_ON_RENAMING.format(kinds=kinds))


def _allow(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def _choose(*orders: str) -> None:
    name, listed = "is_on_choice", ", ".join(f"'{order}'" for order in orders)
    op.drop_constraint(op.f(f"ck_offered_order_{name}"), "offered_order", type_="check")
    op.create_check_constraint(
        op.f(f"ck_offered_order_{name}"), "offered_order", f"offered IN ({listed})"
    )
