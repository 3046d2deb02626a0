"""The database: one head, every step reversible, and the same as the models."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

from participatie.app import create_app
from participatie.core import migrations
from participatie.core.db import Base
from tests.database import TEMPLATE, Cluster, dispose

pytestmark = pytest.mark.database

FILES = sorted(Path(migrations.DIRECTORY, "versions").glob("*.py"))


def _script() -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations.DIRECTORY))
    return ScriptDirectory.from_config(config)


def _schema(cluster: Cluster, name: str) -> list[str]:
    """The statements that make the public schema, without triggers, functions and grants."""
    dump = subprocess.run(
        [
            *(cluster.server.program("pg_dump"), "--schema-only", "--no-owner", "-x"),
            *("--schema=public", "-h", str(cluster.server.socket_dir), "-U", "postgres", name),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    dump = re.sub(r"CREATE FUNCTION.*?\$\$;\n", "", dump, flags=re.DOTALL)
    kept = [line for line in dump.splitlines() if line and not line.startswith(("--", "\\", "SET"))]
    statements = " ".join(kept).split(";")
    skipped = ("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER", "SELECT", "CREATE SCHEMA", "COMMENT")
    return sorted(
        _columns_in_order(statement.strip())
        for statement in statements
        if statement.strip() and not statement.strip().startswith(skipped)
    )


def _columns_in_order(statement: str) -> str:
    """A table with its columns sorted: a column that a migration adds stands last."""
    if not statement.startswith("CREATE TABLE"):
        return statement
    head, _, body = statement.partition("(")
    return head + "(" + " , ".join(sorted(re.split(r",\s{2,}", body.rstrip(") ")))) + ")"


def test_there_is_one_head_and_files_are_numbered_without_gaps():
    assert len(_script().get_heads()) == 1
    assert [path.name[:4] for path in FILES] == [f"{n:04d}" for n in range(1, len(FILES) + 1)]
    for path in FILES:
        assert f'revision = "{path.name[:4]}"' in path.read_text(), path.name


def test_the_migrated_database_equals_the_models(cluster):
    with cluster.copy("from_models") as created:
        app = create_app(cluster.config(created, role="owner"))
        with app.app_context():
            migrations.downgrade("base")
            Base.metadata.create_all(app.extensions["sqlalchemy"].engine)
        dispose(app)
        created_schema = [s for s in _schema(cluster, created) if "alembic_version" not in s]
    migrated_schema = [s for s in _schema(cluster, TEMPLATE) if "alembic_version" not in s]
    assert migrated_schema == created_schema


def test_each_migration_goes_up_down_and_up_again(cluster):
    """One step at a time to the head and back, what is there dumped at each; then at once."""
    with cluster.copy("up_and_down") as name:
        app = create_app(cluster.config(name, role="owner"))
        with app.app_context():
            migrations.downgrade("base")
            there = [_schema(cluster, name)]
            for path in FILES:
                migrations.upgrade(path.name[:4])
                there.append(_schema(cluster, name))
            head = there.pop()
            for path in reversed(FILES):
                migrations.downgrade("-1")
                assert _schema(cluster, name) == there.pop(), f"{path.name} does not undo all"
            migrations.upgrade("head")
            assert _schema(cluster, name) == head
        dispose(app)


def test_public_tables_raise_the_content_version(cluster):
    without = cluster.server.psql(
        "SELECT relname FROM pg_class c"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid"
        " AND tgname = 'raise_content_version') ORDER BY relname",
        TEMPLATE,
    ).split()
    assert set(without) == NOT_PUBLIC


ONLY_ADDED = (
    *("assessment_note", "audit_entry", "ballot", "board_entry", "board_head", "board_node"),
    "choice",
    *("entry_status", "opened_ballot", "option_withdrawal", "page_version", "phase_change"),
    *("pile_withdrawal", "published_result", "tally", "text_approval"),
)


NOT_PUBLIC = {
    "account",
    "batch",
    "batch_item",
    "only_team",
    "sent_form",
    "support_end",
    "team_member",
    "assessment_assessor",
    "assessment_group",
    "assessment_hand",
    "assessment_note",
    "assessor_group",
    "assessor_group_member",
    "audience_member",
    "awaited_vote",
    "alembic_version",
    "audit_entry",
    "ballot",
    "board_counter",
    "board_entry",
    "code_batch",
    "given_opinion",
    "merger_part",  # what comes of it changes proposals
    "board_head",
    "board_node",
    "choice",
    "content_version",
    "contribution_words",  # they follow what is written, which raises the version itself
    "count_fault",
    "demo_mail",
    "language_approver",
    "entry_status",
    "follow",
    "heartbeat",
    "letter_code",
    "key_holder",
    "login_session",
    "one_time_code",
    "opened_ballot",
    "outage",
    "outbox_message",
    "paper_ballot",
    "hand_count",
    "paper_pile",
    "pile_withdrawal",
    "preview_link",
    "process_follow",
    "proposal_claim",
    "report",
    "roll",
    "try_count",
    "vote_complaint",
    "vote_draft",
}
"""Tables of which no reader without a log-in sees anything."""


def test_added_only_tables_refuse_change_even_by_the_owner(cluster):
    for table in ONLY_ADDED:
        grants = cluster.server.psql(
            f"SELECT privilege_type FROM information_schema.role_table_grants"
            f" WHERE grantee = 'web' AND table_name = '{table}'",
            TEMPLATE,
        ).split()
        assert sorted(grants) == ["INSERT", "SELECT"]
        trigger = cluster.server.psql(
            f"SELECT tgtype FROM pg_trigger WHERE tgrelid = '{table}'::regclass"
            f" AND tgname = 'refuse_change' AND tgenabled = 'O'",
            TEMPLATE,
        )
        assert trigger.strip()


def test_who_serves_pages_cannot_say_that_a_migration_was_made(cluster):
    grants = cluster.server.psql(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'web' AND table_name = 'alembic_version'",
        TEMPLATE,
    ).split()
    assert grants == ["SELECT"]


def test_only_what_a_rehearsal_left_is_ever_deleted_from_the_ballot_box(cluster):
    watched = cluster.server.psql(
        "SELECT tgrelid::regclass FROM pg_trigger"
        " WHERE tgname IN ('refuse_change', 'refuse_loss') AND tgtype & 8 <> 0 AND tgenabled = 'O'",
        TEMPLATE,
    ).split()
    assert set(ONLY_ADDED) <= set(watched)
