"""The tags of a proposal are among the words by which it is found."""

from alembic import op

revision = "0027"
down_revision = "0026"

WITH_TAGS = """
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

WITHOUT_TAGS = """
CREATE OR REPLACE FUNCTION keep_words_of_proposal(number bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO contribution_words (contribution_id, words)
SELECT c.id, words_of(c.title, '', c.summary, p.text)
  FROM contribution c JOIN proposal p ON p.id = c.id WHERE c.id = number
    ON CONFLICT (contribution_id) DO UPDATE SET words = excluded.words
$$;
"""

KEEP_WORDS_OF_TAGS = """
CREATE FUNCTION keep_words_of_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_words_of_proposal(coalesce(NEW.contribution_id, OLD.contribution_id));
    RETURN NULL;
END $$;
"""

KEPT_ON_TAGGING = """
CREATE TRIGGER keep_words AFTER INSERT OR DELETE ON contribution_tag
   FOR EACH ROW EXECUTE FUNCTION keep_words_of_tags()
"""

TAGGED = "SELECT keep_words_of_proposal(contribution_id) FROM contribution_tag"


def upgrade() -> None:
    op.execute(WITH_TAGS)
    op.execute(KEEP_WORDS_OF_TAGS)
    op.execute(KEPT_ON_TAGGING)
    op.execute(TAGGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_words ON contribution_tag")
    op.execute("DROP FUNCTION keep_words_of_tags()")
    op.execute(WITHOUT_TAGS)
