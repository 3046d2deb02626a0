"""Proposals become one by invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

FORMER = ("draft", "published", "hidden", "withdrawn")
STATES = (*FORMER, "merged")

RAISE = (
    "CREATE CONSTRAINT TRIGGER raise_content_version AFTER INSERT OR UPDATE OR DELETE ON merger"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
)


def upgrade() -> None:
    _allow(STATES)
    op.add_column("proposal", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_proposal_merged_into_id_proposal"),
        *("proposal", "proposal", ["merged_into_id"], ["id"]),
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_proposal_merged_into_id"), "proposal", ["merged_into_id"])
    _make_mergers()
    _make_parts()
    op.execute(RAISE)


def downgrade() -> None:
    op.drop_table("merger_part")
    op.drop_table("merger")
    op.drop_index(op.f("ix_proposal_merged_into_id"), "proposal")
    op.drop_column("proposal", "merged_into_id")
    op.execute("UPDATE contribution SET state = 'withdrawn' WHERE state = 'merged'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _allow(FORMER)


def _allow(states: tuple[str, ...]) -> None:
    op.drop_constraint("state", "contribution", type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint("state", "contribution", f"state IN ({listed})")


def _make_mergers() -> None:
    states = sa.Enum(
        *("invited", "merged", "called_off", "undone"),
        name="mergerstate",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "merger",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=True),
        sa.Column("by_municipality", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("summary", sa.String(280), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joint_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('merged', 'undone')) = (joint_id IS NOT NULL)",
            name=op.f("ck_merger_merged_has_a_joint"),
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_merger_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"],
            ["account.id"],
            name=op.f("fk_merger_proposer_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["joint_id"],
            ["proposal.id"],
            name=op.f("fk_merger_joint_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        sa.UniqueConstraint("joint_id", name=op.f("uq_merger_joint_id")),
    )
    op.create_index(op.f("ix_merger_process_id"), "merger", ["process_id"])
    op.create_index(op.f("ix_merger_proposer_id"), "merger", ["proposer_id"])


def _make_parts() -> None:
    consents = sa.Enum(
        *("yes", "no"), name="consent", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "merger_part",
        sa.Column("merger_id", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("consent", consents, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(consent IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_merger_part_answer_has_a_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["merger_id"],
            ["merger.id"],
            name=op.f("fk_merger_part_merger_id_merger"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_merger_part_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merger_id", "proposal_id", name=op.f("pk_merger_part")),
    )
    op.create_index(op.f("ix_merger_part_proposal_id"), "merger_part", ["proposal_id"])
    op.create_index(
        "uq_merger_part_open",
        "merger_part",
        ["proposal_id"],
        unique=True,
        postgresql_where=sa.text("is_open"),
    )
