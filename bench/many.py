"""What a large city gathers in years, put straight into the database: for benches of lists."""

from __future__ import annotations

import random
from itertools import accumulate

import psycopg
from sqlalchemy import text

SLUG = "havenplein"
COMMENTS_EACH = 10
SUPPORTS_EACH = 20
CROWD = 2000
"""Accounts among which the supports are spread."""

WORDS = [
    "de",
    "het",
    "een",
    "en",
    "van",
    "voor",
    "met",
    "in",
    "op",
    "bij",
    "meer",
    "buurt",
    "straat",
    "plein",
    "park",
    "bomen",
    "groen",
    "veilig",
    "fiets",
    "auto",
    "kinderen",
    "spelen",
    "speeltuin",
    "bank",
    "water",
    "haven",
    "huis",
    "huizen",
    "school",
    "winkel",
    "markt",
    "licht",
    "lamp",
    "tuin",
    "bewoners",
    "ouderen",
    "jongeren",
    "sport",
    "veld",
    "muziek",
    "kunst",
    "muur",
    "brug",
    "kade",
    "trap",
    "helling",
    "stoep",
    "oversteek",
    "drempel",
    "parkeren",
    "afval",
    "bak",
    "schoon",
    "hond",
    "uitlaten",
    "bijen",
    "bloemen",
    "gras",
    "schaduw",
    "zon",
    "wind",
    "regen",
    "berging",
    "zwemmen",
    "steiger",
    "boot",
    "café",
    "terras",
    "koffie",
    "ontmoeten",
    "feest",
    "avond",
    "rust",
    "geluid",
    "snelheid",
    "bus",
    "halte",
    "spoor",
    "tunnel",
    "bibliotheek",
    "museum",
    "historie",
    "verhaal",
    "naam",
    "bord",
    "kaart",
    "route",
    "wandelen",
    "hardlopen",
    "rolstoel",
    "drempelvrij",
    "energie",
    "zonnepaneel",
    "dak",
    "isolatie",
    "warmte",
    "molen",
    "watertap",
    "toilet",
    "prullenbak",
    "glasbak",
    "verlichting",
    "camera",
    "buurthuis",
    "moestuin",
    "kas",
    "kippen",
    "geiten",
    "schapen",
    "vijver",
    "eend",
    "vogel",
    "nestkast",
    "egel",
    "vleermuis",
    "insect",
    "wilg",
    "linde",
    "eik",
    "beuk",
    "kastanje",
    "haag",
    "struik",
    "vlinder",
    "boomgaard",
    "fruit",
    "appel",
    "peer",
    "pluktuin",
    "kruiden",
]

LEXICON = [*WORDS, *(first + last for first in WORDS[20:120] for last in WORDS[20:70])]
"""Some five thousand words, compounds most of them, as Dutch has them."""

PROPOSALS = """
WITH said AS (
    SELECT * FROM unnest(%(titles)s::text[], %(summaries)s::text[], %(texts)s::text[])
             WITH ORDINALITY AS said (called, short, told, n)
),
base AS (
    INSERT INTO contribution (kind, state, process_id, area_id, author_name, language, title,
                              summary, created_at, published_at)
    SELECT 'proposal', 'published', p.id, (SELECT id FROM area ORDER BY id OFFSET n %% 4 LIMIT 1),
           'Een inwoner', 'nl', left(called, 80), left(short, 280), m, m
      FROM said, process p, LATERAL (SELECT now() - n * interval '1 minute' AS m) moment
     WHERE p.slug = %(slug)s
     ORDER BY n
    RETURNING id
)
INSERT INTO proposal (id, text, html, support_count)
SELECT base.id, told, '<p>' || told || '</p>', 0
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM base) base JOIN said USING (n)
"""

COMMENTS = """
WITH subject AS (
    SELECT c.id, c.process_id, row_number() OVER (ORDER BY c.id) AS n
      FROM contribution c JOIN process p ON p.id = c.process_id
     WHERE p.slug = %(slug)s AND c.kind = 'proposal' AND c.state = 'published'
       AND NOT EXISTS (SELECT FROM comment m WHERE m.subject_id = c.id)
),
base AS (
    INSERT INTO contribution (kind, state, process_id, author_name, language, title, summary,
                              created_at, published_at)
    SELECT 'comment', 'published', process_id, 'Een inwoner', 'nl', '', 'Goed idee.',
           now() - k * interval '1 second', now() - k * interval '1 second'
      FROM subject, generate_series(1, %(each)s) k
    RETURNING id
)
INSERT INTO comment (id, subject_id, text, html, is_official, agree_count, disagree_count)
SELECT base.id, subject.id, 'Goed idee, dat wil onze straat ook graag.',
       '<p>Goed idee, dat wil onze straat ook graag.</p>', false, 0, 0
  FROM (SELECT id, 1 + (row_number() OVER () - 1) / %(each)s AS n FROM base) base
  JOIN subject USING (n)
"""

SUBJECTS = """
SELECT c.id FROM contribution c JOIN process p ON p.id = c.process_id
 WHERE p.slug = %(slug)s AND c.kind = 'proposal' AND c.state = 'published'
 ORDER BY c.id DESC LIMIT 3
"""

PUBLISHED = text(
    "SELECT c.id FROM contribution c JOIN process p ON p.id = c.process_id"
    " WHERE p.slug = :slug AND c.kind = 'proposal' AND c.state = 'published'"
)

SILENCE = """
DELETE FROM contribution WHERE id IN (SELECT id FROM comment WHERE subject_id = %(subject)s)
"""

TALK = """
WITH base AS (
    INSERT INTO contribution (kind, state, process_id, author_name, language, title, summary,
                              created_at, published_at)
    SELECT 'comment', 'published', s.process_id, 'Een inwoner', 'nl', '', 'Goed idee.',
           now() - k * interval '1 minute', now() - k * interval '1 minute'
      FROM contribution s, generate_series(1, %(number)s) k WHERE s.id = %(subject)s
    RETURNING id
)
INSERT INTO comment (id, subject_id, text, html, is_official, agree_count, disagree_count)
SELECT id, %(subject)s, 'Goed idee, dat wil onze straat ook graag.',
       '<p>Goed idee, dat wil onze straat ook graag.</p>', false, 0, 0 FROM base
"""

CROWD_OF_ACCOUNTS = """
INSERT INTO account (pseudonym, roles, assurance, language, is_test, created_at)
SELECT 'v1$' || lpad(to_hex(n), 64, '0'), '{resident}', 'midden', 'nl', true, now()
  FROM generate_series(1, %(crowd)s) n ON CONFLICT DO NOTHING
"""

SUPPORTS = """
INSERT INTO support (proposal_id, account_id, since)
SELECT p.id, a.id, now()
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM proposal) p
  CROSS JOIN generate_series(0, 2 * %(each)s - 1) k
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM account
         WHERE pseudonym LIKE 'v1$0000%%') a
    ON a.place = (p.n * 37 + k * 101) %% %(crowd)s
 WHERE k < p.n %% (2 * %(each)s)
ON CONFLICT DO NOTHING
"""

COUNTED = """
UPDATE proposal SET support_count = many
  FROM (SELECT proposal_id, count(*) AS many FROM support GROUP BY 1) s WHERE s.proposal_id = id
"""


_OFTEN = list(accumulate(1 / place for place in range(1, len(LEXICON) + 1)))


def fill(connection: psycopg.Connection[tuple[object, ...]], many: int) -> None:
    """Add `many` proposals to the process of the list, ten comments and twenty supports each."""
    lot = random.Random(many)
    texts = {
        "titles": [_said(lot, 6) for _ in range(many)],
        "summaries": [_said(lot, 20) for _ in range(many)],
        "texts": [_said(lot, 150) for _ in range(many)],
    }
    connection.execute(PROPOSALS, {**texts, "slug": SLUG})
    connection.execute(COMMENTS, {"each": COMMENTS_EACH, "slug": SLUG})
    connection.execute(CROWD_OF_ACCOUNTS, {"crowd": CROWD})
    connection.execute(SUPPORTS, {"each": SUPPORTS_EACH, "crowd": CROWD})
    connection.execute(COUNTED)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


def _said(lot: random.Random, words: int) -> str:
    """Words as they come in a language: few of them often, most of them seldom."""
    return " ".join(lot.choices(LEXICON, cum_weights=_OFTEN, k=words))
