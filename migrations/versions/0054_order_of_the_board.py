"""A ballot no longer says where its cast stands on the board: many get there together."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"

WITH_ENTRY = """
UPDATE ballot SET code = decode(entry.body ->> 'code', 'hex'), leaf = entry.leaf
FROM board_entry AS entry
WHERE entry.round_id = ballot.round_id AND entry.seq = ballot.seq AND entry.kind = 'cast'
"""
WITHOUT_ENTRY = """
UPDATE ballot SET code = sha256(digest || sealed), leaf = sha256(sealed) WHERE leaf IS NULL
"""

ON_THE_BOARD = """
WITH waiting AS (
    SELECT ballot.round_id, ballot.sealed, ballot.code, ballot.leaf, counter.size - 1
        + row_number() OVER (PARTITION BY ballot.round_id ORDER BY ballot.leaf) AS seq
    FROM ballot JOIN board_counter AS counter USING (round_id)
    WHERE NOT EXISTS (
        SELECT FROM board_entry AS entry
        WHERE entry.round_id = ballot.round_id AND entry.leaf = ballot.leaf
    )
)
INSERT INTO board_entry (round_id, seq, kind, body, leaf)
SELECT round_id, seq, 'cast', jsonb_build_object(
    'kind', 'cast', 'sealed', encode(sha256(sealed), 'hex'), 'code', encode(code, 'hex')
), leaf
FROM waiting
"""
SIZES = """
UPDATE board_counter SET size = (
    SELECT count(*) FROM board_entry WHERE board_entry.round_id = board_counter.round_id
)
WHERE EXISTS (SELECT FROM ballot WHERE ballot.round_id = board_counter.round_id)
"""
PLACES = """
UPDATE ballot SET seq = entry.seq FROM board_entry AS entry
WHERE entry.round_id = ballot.round_id AND entry.leaf = ballot.leaf AND entry.kind = 'cast'
"""
OTHER_PLACES = """
UPDATE ballot SET seq = placed.seq FROM (
    SELECT round_id, press,
        row_number() OVER (PARTITION BY round_id ORDER BY voter_key, version) AS seq
    FROM ballot WHERE seq IS NULL
) AS placed
WHERE placed.round_id = ballot.round_id AND placed.press = ballot.press
"""  # of rounds from before there were boards


def upgrade() -> None:
    op.add_column("ballot", sa.Column("code", sa.LargeBinary()))
    op.add_column("ballot", sa.Column("leaf", sa.LargeBinary()))
    _once(WITH_ENTRY, WITHOUT_ENTRY)
    for name in ("code", "leaf"):
        op.alter_column("ballot", name, nullable=False)
    op.drop_constraint("uq_ballot_round_id_seq", "ballot")
    op.drop_column("ballot", "seq")
    op.create_unique_constraint("uq_ballot_round_id_code", "ballot", ["round_id", "code"])
    op.create_index(
        "uq_board_entry_cast",
        "board_entry",
        ["round_id", "leaf"],
        unique=True,
        postgresql_where=sa.text("kind = 'cast'"),
    )
    op.drop_index("ix_board_entry_code", "board_entry")


def downgrade() -> None:
    op.create_index(
        "ix_board_entry_code", "board_entry", ["round_id", sa.text("(body ->> 'code')")]
    )
    op.drop_index("uq_board_entry_cast", "board_entry")
    op.drop_constraint("uq_ballot_round_id_code", "ballot")
    op.add_column("ballot", sa.Column("seq", sa.BigInteger()))
    op.execute(ON_THE_BOARD)
    op.execute(SIZES)
    _once(PLACES, OTHER_PLACES)
    op.alter_column("ballot", "seq", nullable=False)
    op.create_unique_constraint("uq_ballot_round_id_seq", "ballot", ["round_id", "seq"])
    for name in ("leaf", "code"):
        op.drop_column("ballot", name)


def _once(*statements: str) -> None:
    """Fill in what only a migration may change."""
    op.execute("ALTER TABLE ballot DISABLE TRIGGER refuse_change")
    for statement in statements:
        op.execute(statement)
    op.execute("ALTER TABLE ballot ENABLE TRIGGER refuse_change")
