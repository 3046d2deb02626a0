"""A proposal that the griffie entered for somebody can become theirs, with a code on a slip."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "proposal_claim",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_claim_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_claim")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_proposal_claim_code_hash")),
    )


def downgrade() -> None:
    op.drop_table("proposal_claim")
