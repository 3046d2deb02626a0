"""Words by which contributions are found, and orders of lists that the griffie switches on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

ORDERS = ("random", "newest", "support", "discussed", "pace", "match")

FOLDED = r"""
CREATE FUNCTION folded(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT replace(replace(replace(translate(
    lower(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g')),
    'øØłŁđĐıðÐ', 'oollddidd'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
$$;
"""
"""Letters without accents, small: é is e. Not by the extension unaccent, which may be absent."""

STEMMED = r"""
CREATE FUNCTION stemmed(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT to_tsvector('pg_catalog.dutch', hardened(said))
$$;
"""

HARDENED = r"""
CREATE FUNCTION hardened(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT regexp_replace(regexp_replace(said,
    '([a-z]{2})z(en?)\M', '\1s\2', 'g'),
    '([a-z]{2})v(en?)\M', '\1f\2', 'g')
$$;
"""
"""The stemmer does not know that huis and huizen, brief and brieven are the same word."""

WORDS_OF = """
CREATE FUNCTION words_of(title text, tags text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT setweight(both_of(folded(title)), 'A') || setweight(both_of(folded(tags)), 'B')
    || setweight(both_of(folded(summary)), 'C') || setweight(both_of(folded(body)), 'D')
$$;
"""

BOTH_OF = """
CREATE FUNCTION both_of(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT stemmed(said) || to_tsvector('pg_catalog.simple', said)
$$;
"""

QUESTION_OF = """
CREATE FUNCTION question_of(whole text, begun text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT plainto_tsquery('pg_catalog.dutch', hardened(folded(whole)))
    && (plainto_tsquery('pg_catalog.dutch', hardened(folded(begun)))
        || to_tsquery('pg_catalog.simple', quote_literal(folded(begun)) || ':*'))
$$;
"""

KEEP = """
CREATE FUNCTION keep_words_of_proposal(number bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO contribution_words (contribution_id, words)
SELECT c.id, words_of(c.title, '', c.summary, p.text)
  FROM contribution c JOIN proposal p ON p.id = c.id WHERE c.id = number
    ON CONFLICT (contribution_id) DO UPDATE SET words = excluded.words
$$;
"""

KEEP_WORDS = """
CREATE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_words_of_proposal(NEW.id);
    RETURN NULL;
END $$;
"""

KEPT_ON_WRITING = """
CREATE TRIGGER keep_words AFTER INSERT OR UPDATE OF text ON proposal
   FOR EACH ROW EXECUTE FUNCTION keep_words()
"""

KEPT_ON_RENAMING = """
CREATE TRIGGER keep_words AFTER UPDATE OF title, summary ON contribution
   FOR EACH ROW WHEN (NEW.kind = 'proposal') EXECUTE FUNCTION keep_words()
"""

ALL = "SELECT keep_words_of_proposal(id) FROM proposal"

RAISE = (
    "CREATE CONSTRAINT TRIGGER raise_content_version AFTER INSERT OR UPDATE OR DELETE ON"
    " offered_order DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    " EXECUTE FUNCTION raise_content_version()"
)


def upgrade() -> None:
    op.create_table(
        "contribution_words",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_contribution_words_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_contribution_words")),
    )
    op.create_index(
        "ix_contribution_words_words", "contribution_words", ["words"], postgresql_using="gin"
    )
    op.create_table(
        "offered_order",
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "offered",
            sa.Enum(*ORDERS, name="order", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint(
            "offered IN ('discussed', 'pace')", name=op.f("ck_offered_order_is_on_choice")
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_offered_order_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("process_id", "offered", name=op.f("pk_offered_order")),
    )
    for function in (FOLDED, HARDENED, STEMMED, BOTH_OF, WORDS_OF, QUESTION_OF, KEEP, KEEP_WORDS):
        op.execute(function)
    op.execute(KEPT_ON_WRITING)
    op.execute(KEPT_ON_RENAMING)
    op.execute(ALL)
    op.execute(RAISE)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_words ON contribution")
    op.execute("DROP TRIGGER keep_words ON proposal")
    op.execute("DROP FUNCTION keep_words()")
    op.execute("DROP FUNCTION keep_words_of_proposal(bigint)")
    op.execute("DROP FUNCTION question_of(text, text)")
    op.execute("DROP FUNCTION words_of(text, text, text, text)")
    for name in ("both_of", "stemmed", "hardened", "folded"):
        op.execute(f"DROP FUNCTION {name}(text)")
    op.drop_table("offered_order")
    op.drop_table("contribution_words")
