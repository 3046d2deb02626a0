"""The role of who helps voters at the desk."""

from alembic import op

revision = "0023"
down_revision = "0022"

ROLES = ("resident", "assessor", "clerk", "administrator", "second")


def upgrade() -> None:
    _roles(*ROLES, "desk")


def downgrade() -> None:
    op.execute("UPDATE account SET roles = array_remove(roles, 'desk')")
    _roles(*ROLES)


def _roles(*known: str) -> None:
    names = ", ".join(f"'{role}'" for role in known)
    op.drop_constraint(op.f("ck_account_known_roles"), "account")
    op.create_check_constraint(
        op.f("ck_account_known_roles"), "account", f"roles <@ ARRAY[{names}]::varchar[]"
    )
