"""Which theme is on, and what was uploaded."""

from sqlalchemy import Select, select

from participatie.theming.models import ThemeChoice, UploadedTheme


def chosen() -> Select[str, str | None]:
    """The name of the theme that is on, beside the digest of its upload (None: it is on disk)."""
    return select(ThemeChoice.name, UploadedTheme.digest).outerjoin(
        UploadedTheme, UploadedTheme.name == ThemeChoice.name
    )


def archive(digest: str) -> Select[str, bytes]:
    """The name and the zip of one uploaded theme."""
    return select(UploadedTheme.name, UploadedTheme.archive).where(UploadedTheme.digest == digest)


def uploaded() -> Select[str, str]:
    """The name and the digest of every uploaded theme, by name."""
    return select(UploadedTheme.name, UploadedTheme.digest).order_by(UploadedTheme.name)
