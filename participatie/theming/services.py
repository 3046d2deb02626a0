"""Taking a theme in, and putting one on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.theming.checks import Finding, check
from participatie.theming.models import ThemeChoice, UploadedTheme
from participatie.theming.theme import NAME, Theme, ThemeError, read_archive

MOST_UPLOADS = 20


class Unfit(Invalid):
    """A theme that fails a check; it says what is found."""

    def __init__(self, findings: Sequence[Finding], *, field: str) -> None:
        super().__init__(
            N_("This house style is not good enough yet. Findings: %(number)s."),
            field=field,
            number=len(findings),
        )
        self.findings = findings


def upload(
    name: str,
    archive: bytes,
    *,
    on_disk: Mapping[str, Theme],
    account_id: int | None,
    now: datetime,
) -> Theme:
    """Keep a theme that came in as a zip; one of the same name makes place. Raises `Invalid`.

    What fails a check is kept out.
    """
    if not NAME.fullmatch(name) or name in on_disk:
        raise Invalid(
            N_("Choose a name of small letters, digits and hyphens that no other theme has."),
            field="name",
        )
    try:
        theme = read_archive(name, archive)
    except ThemeError as error:
        raise Invalid(error.sentence, field="archive", **error.values) from None
    _refuse_unfit(theme, field="archive")
    _make_room(name)
    values = {"digest": theme.digest, "archive": archive, "uploaded_at": now}
    statement = insert(UploadedTheme).values(name=name, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[UploadedTheme.name], set_=values)
    )
    audit.record(
        "themes.upload",
        account_id=account_id,
        subject=f"theme/{name}",
        now=now,
        detail={"digest": theme.digest},
    )
    return theme


def choose(theme: Theme, *, account_id: int | None, now: datetime) -> None:
    """Put `theme` on, for everybody and at once. Raises `Invalid` when it fails a check."""
    _refuse_unfit(theme, field="theme")
    statement = insert(ThemeChoice).values(id=1, name=theme.name)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[ThemeChoice.id], set_={"name": theme.name})
    )
    audit.record(
        "themes.choose",
        account_id=account_id,
        subject=f"theme/{theme.name}",
        now=now,
        detail={"digest": theme.digest},
    )


def _refuse_unfit(theme: Theme, *, field: str) -> None:
    if findings := check(theme):
        raise Unfit(findings, field=field)


def _make_room(name: str) -> None:
    others = select(func.count()).select_from(UploadedTheme).where(UploadedTheme.name != name)
    if db.session.scalars(others).one() >= MOST_UPLOADS:
        raise Invalid(
            N_("There are %(most)s house styles already. Use the name of one that may go."),
            field="name",
            most=MOST_UPLOADS,
        )
