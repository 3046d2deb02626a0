"""Which theme is on, and what was uploaded."""

from sqlalchemy import Select, select, true

from participatie.core.page_cache import ContentVersion
from participatie.theming.models import ThemeChoice, UploadedTheme


def chosen() -> Select[int, str | None, str | None]:
    """The version of what is public, beside the theme that is on (None: nothing was chosen) and
    the digest of its upload (None: it is on disk)."""
    return (
        select(ContentVersion.version, ThemeChoice.name, UploadedTheme.digest)
        .select_from(ContentVersion)
        .outerjoin(ThemeChoice, true())
        .outerjoin(UploadedTheme, UploadedTheme.name == ThemeChoice.name)
    )


def archive(digest: str) -> Select[str, bytes]:
    """The name and the zip of one uploaded theme."""
    return select(UploadedTheme.name, UploadedTheme.archive).where(UploadedTheme.digest == digest)


def uploaded() -> Select[str, str]:
    """The name and the digest of every uploaded theme, by name."""
    return select(UploadedTheme.name, UploadedTheme.digest).order_by(UploadedTheme.name)
