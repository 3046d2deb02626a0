"""The municipality has pages, menus, banners and statements of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

TABLES = (
    "own_page",
    "page_version",
    "page_photo",
    "menu_entry",
    "banner",
    "hidden_band",
    "statement",
)


def upgrade() -> None:
    _pages()
    op.create_table(
        "menu_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("menu", _enum("menu", "main", "footer"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(30), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_entry")),
        sa.UniqueConstraint(
            "language",
            "menu",
            "position",
            name=op.f("uq_menu_entry_language_menu_position"),
            deferrable=True,
        ),
    )
    op.create_table(
        "banner",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", _enum("bannerkind", "info", "warning"), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_banner_lasts_a_while")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banner")),
    )
    bands = _enum("band", "polls", "nearby", "proposals", "how", "results")
    op.create_table(
        "hidden_band",
        sa.Column("band", bands, nullable=False),
        sa.PrimaryKeyConstraint("band", name=op.f("pk_hidden_band")),
    )
    op.create_table(
        "statement",
        sa.Column("subject", _enum("subject", "accessibility", "privacy"), nullable=False),
        sa.Column("status", sa.String(120), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_statement")),
    )
    for table in TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER raise_content_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION raise_content_version()"
        )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON page_version"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'web') THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON page_version FROM web; END IF; END $$"
    )


def _pages() -> None:
    op.create_table(
        "own_page",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_own_page_slug_is_an_address")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_page")),
        sa.UniqueConstraint("slug", "language", name=op.f("uq_own_page_slug_language")),
    )
    op.create_table(
        "page_version",
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_page_version_numbers_begin_at_one")),
        _of_page("page_version"),
        sa.PrimaryKeyConstraint("page_id", "number", name=op.f("pk_page_version")),
    )
    op.create_foreign_key(
        "fk_own_page_shown_page_version",
        "own_page",
        "page_version",
        ["id", "shown"],
        ["page_id", "number"],
        ondelete="RESTRICT",
    )
    op.create_table(
        "page_photo",
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_page_photo_numbers_begin_at_one")),
        _of_page("page_photo"),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["image.id"],
            name=op.f("fk_page_photo_image_id_image"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("page_id", "number", name=op.f("pk_page_photo")),
        sa.UniqueConstraint("image_id", name=op.f("uq_page_photo_image_id")),
    )


def _of_page(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_page_id_own_page")
    return sa.ForeignKeyConstraint(["page_id"], ["own_page.id"], name=name, ondelete="RESTRICT")


def _enum(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def downgrade() -> None:
    op.drop_constraint("fk_own_page_shown_page_version", "own_page", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)
