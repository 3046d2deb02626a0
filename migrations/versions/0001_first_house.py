"""The tables of the first house."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=True),
        sa.Column("roles", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "assurance",
            sa.Enum(
                "none",
                "email",
                "basis",
                "midden",
                "substantieel",
                "hoog",
                name="assurance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("public_name", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "roles <@ ARRAY['resident', 'assessor', 'clerk', 'administrator']::varchar[]",
            name=op.f("ck_account_known_roles"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_is_lower")),
        sa.CheckConstraint(
            "email IS NOT NULL OR email_confirmed_at IS NULL",
            name=op.f("ck_account_email_to_confirm"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_account_pseudonym")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("name", name=op.f("uq_area_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "content_version",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
    )
    op.create_table(
        "demo_mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_demo_mail_message_id")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "process",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "inform",
                "consult",
                "advise",
                "co_decide",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("contact_name", sa.String(length=80), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("support_threshold", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("slug", name=op.f("uq_process_slug")),
    )
    op.create_table(
        "try_count",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "since", name=op.f("pk_try_count")),
    )
    op.create_table(
        "vote_round",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "knapsack", name="ballotkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "counted",
                name="roundstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counting", postgresql.JSONB(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_vote_round_open_has_a_moment")
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'counted')) = (closed_at IS NOT NULL)",
            name=op.f("ck_vote_round_closed_has_a_moment"),
        ),
        sa.CheckConstraint("budget > 0", name=op.f("ck_vote_round_budget_is_positive")),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_vote_round_opens_before_it_closes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_round")),
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_budget_process_id_process"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_budget_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("process_id", name=op.f("uq_budget_process_id")),
        sa.UniqueConstraint("round_id", name=op.f("uq_budget_round_id")),
    )
    op.create_table(
        "choice",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("options", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_choice_weight_is_positive")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_choice_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "options", name=op.f("pk_choice")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "hidden",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=280), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL",
            name=op.f("ck_contribution_published_has_a_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_contribution_area_id_area"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_contribution_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_contribution_process_id_process"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index(op.f("ix_contribution_area_id"), "contribution", ["area_id"], unique=False)
    op.create_index(op.f("ix_contribution_author_id"), "contribution", ["author_id"], unique=False)
    op.create_index(
        "ix_contribution_list",
        "contribution",
        ["process_id", "kind", "state", "published_at"],
        unique=False,
    )
    op.create_table(
        "login_session",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_login_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_login_session")),
    )
    op.create_index(
        op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_login_session_expires_at"), "login_session", ["expires_at"], unique=False
    )
    op.create_table(
        "one_time_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_one_time_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_one_time_code")),
    )
    op.create_index(
        op.f("ix_one_time_code_account_id"), "one_time_code", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_one_time_code_expires_at"), "one_time_code", ["expires_at"], unique=False
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dedup", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_outbox_message_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedup", name=op.f("uq_outbox_message_dedup")),
    )
    op.create_index(
        op.f("ix_outbox_message_account_id"), "outbox_message", ["account_id"], unique=False
    )
    op.create_index(
        "ix_outbox_message_waiting",
        "outbox_message",
        ["next_try_at"],
        unique=False,
        postgresql_where="sent_at IS NULL AND given_up_at IS NULL",
    )
    op.create_table(
        "phase",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "inform",
                "collect",
                "support",
                "assess",
                "vote",
                "result",
                "execute",
                name="phasekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(process_id, process_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_phase_overlap",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_phase_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
            name=op.f("fk_phase_process_id_process"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
    )
    op.create_index(op.f("ix_phase_process_id"), "phase", ["process_id"], unique=False)
    op.create_table(
        "roll",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("voter_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "login",
                "code",
                "paper",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_roll_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "voter_key", name=op.f("pk_roll")),
    )
    op.create_table(
        "tally",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ballots", sa.BigInteger(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("result_hash", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_tally_round_id_vote_round"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "version", name=op.f("pk_tally")),
    )
    op.create_table(
        "vote_option",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_vote_option_cost_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["vote_round.id"],
            name=op.f("fk_vote_option_round_id_vote_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_option")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_vote_option_round_id_code")),
    )
    op.create_table(
        "ballot",
        sa.Column("round_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("voter_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("press", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "voter_key"],
            ["roll.round_id", "roll.voter_key"],
            name=op.f("fk_ballot_round_id_voter_key_roll"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("round_id", "voter_key", "version", name=op.f("pk_ballot")),
        sa.UniqueConstraint("round_id", "press", name=op.f("uq_ballot_round_id_press")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["contribution.id"], name=op.f("fk_comment_id_contribution"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["comment.id"],
            name=op.f("fk_comment_parent_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["contribution.id"],
            name=op.f("fk_comment_subject_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_parent_id"), "comment", ["parent_id"], unique=False)
    op.create_index(op.f("ix_comment_subject_id"), "comment", ["subject_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
                "hide",
                "restore",
                "keep",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "insult",
                "discrimination",
                "privacy",
                "spam",
                "advertising",
                "other",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_decision_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_decision_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_clerk_id"), "decision", ["clerk_id"], unique=False)
    op.create_index(
        op.f("ix_decision_contribution_id"), "decision", ["contribution_id"], unique=False
    )
    op.create_table(
        "follow",
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_follow_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_follow_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "account_id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_account_id"), "follow", ["account_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("support_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_proposal_support_is_counted")),
        sa.ForeignKeyConstraint(
            ["id"],
            ["contribution.id"],
            name=op.f("fk_proposal_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_table(
        "answer",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "taken_up",
                "partly",
                "not_taken_up",
                "already_done",
                name="answerstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("clerk_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clerk_id"],
            ["account.id"],
            name=op.f("fk_answer_clerk_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_answer_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_clerk_id"), "answer", ["clerk_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("option_id", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "undecided",
                "awarded",
                "not_awarded",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_project_cost_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["budget.id"],
            name=op.f("fk_project_budget_id_budget"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["contribution.id"], name=op.f("fk_project_id_contribution"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["vote_option.id"],
            name=op.f("fk_project_option_id_vote_option"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_project_proposal_id_proposal"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("option_id", name=op.f("uq_project_option_id")),
    )
    op.create_index(op.f("ix_project_budget_id"), "project", ["budget_id"], unique=False)
    op.create_index(op.f("ix_project_proposal_id"), "project", ["proposal_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "insult",
                "discrimination",
                "privacy",
                "spam",
                "advertising",
                "other",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("explanation", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_report_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_report_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_report_decision_id_decision"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "contribution_id", "account_id", name=op.f("uq_report_contribution_id_account_id")
        ),
    )
    op.create_index(op.f("ix_report_account_id"), "report", ["account_id"], unique=False)
    op.create_index(op.f("ix_report_decision_id"), "report", ["decision_id"], unique=False)
    op.create_table(
        "support",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_support_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_support_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "account_id", name=op.f("pk_support")),
    )
    op.create_index(op.f("ix_support_account_id"), "support", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_support_account_id"), table_name="support")
    op.drop_table("support")
    op.drop_index(op.f("ix_report_decision_id"), table_name="report")
    op.drop_index(op.f("ix_report_account_id"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_project_proposal_id"), table_name="project")
    op.drop_index(op.f("ix_project_budget_id"), table_name="project")
    op.drop_table("project")
    op.drop_index(op.f("ix_answer_clerk_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_follow_account_id"), table_name="follow")
    op.drop_table("follow")
    op.drop_index(op.f("ix_decision_contribution_id"), table_name="decision")
    op.drop_index(op.f("ix_decision_clerk_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_comment_subject_id"), table_name="comment")
    op.drop_index(op.f("ix_comment_parent_id"), table_name="comment")
    op.drop_table("comment")
    op.drop_table("ballot")
    op.drop_table("vote_option")
    op.drop_table("tally")
    op.drop_table("roll")
    op.drop_index(op.f("ix_phase_process_id"), table_name="phase")
    op.drop_table("phase")
    op.drop_index(
        "ix_outbox_message_waiting",
        table_name="outbox_message",
        postgresql_where="sent_at IS NULL AND given_up_at IS NULL",
    )
    op.drop_index(op.f("ix_outbox_message_account_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_one_time_code_expires_at"), table_name="one_time_code")
    op.drop_index(op.f("ix_one_time_code_account_id"), table_name="one_time_code")
    op.drop_table("one_time_code")
    op.drop_index(op.f("ix_login_session_expires_at"), table_name="login_session")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index("ix_contribution_list", table_name="contribution")
    op.drop_index(op.f("ix_contribution_author_id"), table_name="contribution")
    op.drop_index(op.f("ix_contribution_area_id"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_table("choice")
    op.drop_table("budget")
    op.drop_table("vote_round")
    op.drop_table("try_count")
    op.drop_table("process")
    op.drop_table("heartbeat")
    op.drop_table("demo_mail")
    op.drop_table("content_version")
    op.drop_table("audit_entry")
    op.drop_table("area")
    op.drop_table("account")
