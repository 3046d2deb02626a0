"""Two people can ask that the keys of a vote are destroyed."""

from alembic import op

revision = "0056"
down_revision = "0055"

OLD = ("finalise", "lot", "publish", "extend", "break_off", "recount")


def upgrade() -> None:
    _know((*OLD, "destroy"))


def downgrade() -> None:
    op.execute("ALTER TABLE vote_act DISABLE TRIGGER USER")
    op.execute("DELETE FROM vote_act WHERE act = 'destroy'")
    op.execute("ALTER TABLE vote_act ENABLE TRIGGER USER")
    _know(OLD)


def _know(acts: tuple[str, ...]) -> None:
    known = ", ".join(f"'{act}'" for act in acts)
    op.drop_constraint(op.f("ck_vote_act_act"), "vote_act")
    op.create_check_constraint(op.f("ck_vote_act_act"), "vote_act", f"act IN ({known})")
