"""Teams of processes, and two roles: a moderator, and a colleague who works in teams only."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"

OLD = ("resident", "assessor", "clerk", "administrator", "second", "desk")
NEW = (*OLD, "moderator", "colleague")


def upgrade() -> None:
    _know(NEW)
    op.create_table(
        "team_member",
        sa.Column("process_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('leader', 'moderator', 'assessor', 'desk', 'second')",
            name=op.f("ck_team_member_teamrole"),
        ),
        _foreign("team_member", "process_id", "process", "CASCADE"),
        _foreign("team_member", "account_id", "account", "CASCADE"),
        _foreign("team_member", "given_by", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("process_id", "account_id", "role", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_account_id"), "team_member", ["account_id"])
    op.create_table(
        "only_team",
        sa.Column("process_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _foreign("only_team", "process_id", "process", "CASCADE"),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_only_team")),
    )


def downgrade() -> None:
    op.drop_table("only_team")
    op.drop_table("team_member")
    op.execute(
        "UPDATE account SET roles = array_remove(array_remove(roles, 'moderator'), 'colleague')"
    )
    _know(OLD)


def _know(roles: tuple[str, ...]) -> None:
    known = ", ".join(f"'{role}'" for role in roles)
    op.drop_constraint(op.f("ck_account_known_roles"), "account")
    op.create_check_constraint(
        op.f("ck_account_known_roles"), "account", f"roles <@ ARRAY[{known}]::varchar[]"
    )


def _foreign(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
