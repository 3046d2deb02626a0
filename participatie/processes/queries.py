"""Finding processes and their phases."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from participatie.identity.models import Account
from participatie.media.models import Document, Image
from participatie.processes.models import (
    Category,
    Phase,
    PreviewLink,
    Process,
    ProcessDocument,
    ProcessFollow,
    ProcessText,
)


def public_processes() -> Select[Process]:
    """Published processes with their phases, the newest first."""
    return (
        _published()
        .options(selectinload(Process.phases))
        .order_by(Process.published_at.desc(), Process.id.desc())
    )


def by_what_is_next(now: datetime) -> Select[Process]:
    """Open processes: what closes first, then what begins first, then what is over."""
    return (
        _published()
        .where(Process.archived_at.is_(None))
        .options(selectinload(Process.phases))
        .order_by(*_what_is_next(now))
    )


def in_archive() -> Select[Process]:
    """Archived processes, the last to come first."""
    return (
        _published()
        .where(Process.archived_at.is_not(None))
        .options(selectinload(Process.phases))
        .order_by(Process.archived_at.desc(), Process.id.desc())
    )


def running(now: datetime) -> Select[Process]:
    """Published processes of which a phase runs at `now`, the one that closes first in front.

    They come with their phases in one query: ask for `unique()`.
    """
    runs = exists().where(
        Phase.process_id == Process.id, Phase.starts_at <= now, Phase.ends_at > now
    )
    with_phases = _published().options(joinedload(Process.phases))
    return with_phases.where(runs).order_by(*_what_is_next(now))


def called_the_same(process: Process) -> Select[int]:
    """The other published processes with the name of `process`, whatever its capitals."""
    return select(Process.id).where(
        func.lower(Process.title) == func.lower(process.title),
        Process.id != process.id,
        Process.published_at.is_not(None),
    )


def phases_of(process_id: int) -> Select[Phase]:
    """The phases of one process, in the order of time."""
    return select(Phase).where(Phase.process_id == process_id).order_by(Phase.starts_at)


def _published() -> Select[Process]:
    return select(Process).where(Process.published_at.is_not(None))


def _what_is_next(now: datetime) -> tuple[ColumnElement[Any], ...]:
    of_process = Phase.process_id == Process.id
    closes = select(func.min(Phase.ends_at)).where(
        of_process, Phase.starts_at <= now, Phase.ends_at > now
    )
    begins = select(func.min(Phase.starts_at)).where(of_process, Phase.starts_at > now)
    return (
        closes.scalar_subquery().asc().nulls_last(),
        begins.scalar_subquery().asc().nulls_last(),
        Process.published_at.desc(),
        Process.id.desc(),
    )


def names() -> Select[int, str]:
    """All processes by number and title, those that are being made too: for staff."""
    return select(Process.id, Process.title).order_by(Process.title, Process.id)


def categories_of(process_id: int) -> Select[Category]:
    """What proposals of a process can be about, in the order of the clerk."""
    return select(Category).where(Category.process_id == process_id).order_by(Category.position)


def public_process(slug: str) -> Select[Process]:
    """One published process with its phases."""
    return public_processes().where(Process.slug == slug)


def any_process(process_id: int) -> Select[Process]:
    """One process with its phases, whatever its state: for who makes it."""
    return select(Process).where(Process.id == process_id).options(selectinload(Process.phases))


def in_numbers(numbers: Iterable[int]) -> Select[Process]:
    """The processes with these numbers, whatever their state."""
    return select(Process).where(Process.id.in_(list(numbers)))


def all_processes() -> Select[Process]:
    """Every process with its phases, for who makes them: drafts first, archived ones last."""
    return (
        select(Process)
        .options(selectinload(Process.phases))
        .order_by(
            Process.archived_at.is_not(None), Process.published_at.is_not(None), Process.id.desc()
        )
    )


def with_changes(asked: Select[Process]) -> Select[Process]:
    """`asked`, with what has changed in the planning, in the same query: ask for `unique()`."""
    return asked.options(joinedload(Process.changes))


def followers_of(process_id: int) -> Select[int]:
    """The accounts that want to hear about a process."""
    return select(ProcessFollow.account_id).where(ProcessFollow.process_id == process_id)


def is_follower(account_id: int | None) -> ColumnElement[bool]:
    """Whether a follower is this account."""
    return ProcessFollow.account_id == account_id


def preview_links_of(process_id: int, now: datetime) -> Select[PreviewLink]:
    """The links to a preview that work at `now`, the newest first."""
    return _working(now).where(PreviewLink.process_id == process_id).order_by(PreviewLink.id.desc())


def preview_link(link_id: int, now: datetime) -> Select[PreviewLink]:
    """A link to a preview, when it works at `now`."""
    return _working(now).where(PreviewLink.id == link_id)


def _working(now: datetime) -> Select[PreviewLink]:
    return select(PreviewLink).where(PreviewLink.revoked_at.is_(None), PreviewLink.expires_at > now)


_PROCESS, _PHASE = Process.__table__, Phase.__table__
_HEAD = (
    select(
        _PROCESS.c.id,
        _PROCESS.c.slug,
        _PROCESS.c.title,
        _PROCESS.c.support_threshold,
        _PROCESS.c.discussion_starters,
        _PROCESS.c.answer_weeks,
        _PROCESS.c.archive_weeks,
        _PROCESS.c.published_at,
        _PROCESS.c.archived_at,
        _PHASE.c.kind,
        _PHASE.c.starts_at,
        _PHASE.c.ends_at,
    )
    .select_from(_PROCESS)
    .outerjoin(_PHASE, _PHASE.c.process_id == _PROCESS.c.id)
    .where(_PROCESS.c.published_at.is_not(None))
    .order_by(_PHASE.c.starts_at)
)


def head_and_phases(slug: str) -> Select[Any]:
    """What a list says of its published process: a row for each phase, one without any."""
    return _HEAD.where(_PROCESS.c.slug == slug)


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next phase begins or ends after `moment`."""
    both = union_all(select(Phase.starts_at.label("at")), select(Phase.ends_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)


def texts_of(process_id: int) -> Select[ProcessText]:
    """The newest version of each text that a process ever changed."""
    newest = ProcessText.number.desc()
    place = (ProcessText.language, ProcessText.message)
    of_process = select(ProcessText).where(ProcessText.process_id == process_id)
    return of_process.ext(distinct_on(*place)).order_by(*place, newest)


def versions_of_texts(
    process_id: int, language: str, messages: Collection[str]
) -> Select[ProcessText, str]:
    """What a process said in these places, the newest first, with the name of who said it."""
    return (
        select(ProcessText, func.coalesce(Account.public_name, Account.email))
        .join(Account, Account.id == ProcessText.account_id)
        .where(
            ProcessText.process_id == process_id,
            ProcessText.language == language,
            ProcessText.message.in_(messages),
        )
        .order_by(ProcessText.saved_at.desc(), ProcessText.number.desc())
    )


def documents_of(process_id: int) -> Select[Document]:
    """The documents of a process, in their order."""
    return (
        select(Document)
        .join(ProcessDocument, ProcessDocument.document_id == Document.id)
        .where(ProcessDocument.process_id == process_id)
        .order_by(ProcessDocument.position)
    )


def document_with_process(key: str) -> Select[Document, Process]:
    """A document that a process shows, and that process."""
    return (
        select(Document, Process)
        .join(ProcessDocument, ProcessDocument.document_id == Document.id)
        .join(Process, Process.id == ProcessDocument.process_id)
        .where(Document.key == key)
    )


def shown_documents(process_id: int) -> Select[ProcessDocument]:
    """That a process shows documents, and in which order."""
    return (
        select(ProcessDocument)
        .where(ProcessDocument.process_id == process_id)
        .order_by(ProcessDocument.position)
    )


def photos_of(process_ids: Collection[int]) -> Select[int, Image]:
    """The photos that some processes show, each beside the number of its process."""
    return (
        select(Process.id, Image)
        .join(Image, Image.id == Process.photo_id)
        .where(Process.id.in_(process_ids))
    )


def photo_with_process(key: str) -> Select[Image, Process]:
    """A photo that a process shows, and that process."""
    return (
        select(Image, Process).join(Process, Process.photo_id == Image.id).where(Image.key == key)
    )
