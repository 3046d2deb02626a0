"""Opening a process to everyone, showing it before, and putting it away afterwards."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from participatie.audience.queries import without_postcodes
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, NotFound
from participatie.identity.rules import Actor
from participatie.processes.models import PreviewLink, Process, Regulation
from participatie.processes.open_points import Lack, OpenPoint, has_blank, open_points
from participatie.processes.queries import called_the_same, texts_of
from participatie.processes.rules import (
    PREVIEW_LINK_TERM,
    ProcessState,
    check_archivable,
)
from participatie.processes.services.drafting import hold_draft, note

Inspection = Callable[[Process, datetime], Iterable[Lack]]
"""What one part of the site finds missing in a process, such as its vote."""


def what_is_missing(draft: Process, now: datetime) -> tuple[OpenPoint, ...]:
    """What keeps a draft from opening, in what it says and plans itself."""
    return (*open_points(draft, now), *_beside_it(draft))


def what_parts_lack(
    draft: Process, inspections: Iterable[Inspection], now: datetime
) -> tuple[Lack, ...]:
    """What keeps a draft from opening, in its parts."""
    return tuple(lack for inspect in inspections for lack in inspect(draft, now))


def publish(
    draft: Process, *, inspections: Iterable[Inspection], actor: Actor, now: datetime
) -> None:
    """Show a draft to everyone; from now on its rules stand. Raises `Conflict`."""
    hold_draft(draft)
    if what_is_missing(draft, now) or what_parts_lack(draft, inspections, now):
        raise Conflict(N_("The process is not ready to open. See what is still missing."))
    draft.published_at = now
    note("processes.publish", draft, actor=actor, now=now)


def archive(process: Process, *, actor: Actor, now: datetime) -> None:
    """Keep a process that is over: to read, and not to change. Raises `Conflict`."""
    _hold_in(process, ProcessState.PUBLISHED)
    check_archivable(process.phases, now)
    process.archived_at = now
    note("processes.archive", process, actor=actor, now=now)


def take_out_of_archive(process: Process, *, actor: Actor, now: datetime) -> None:
    """Let a process be changed again. Raises `Conflict`."""
    _hold_in(process, ProcessState.ARCHIVED)
    process.archived_at = None
    note("processes.take_out_of_archive", process, actor=actor, now=now)


def share_preview(process: Process, *, actor: Actor, now: datetime) -> PreviewLink:
    """An address that shows `process` to whoever has it, for a term."""
    link = PreviewLink(process_id=process.id, made_at=now, expires_at=now + PREVIEW_LINK_TERM)
    db.session.add(link)
    db.session.flush()
    note("processes.share_preview", process, actor=actor, now=now, link=link.id)
    return link


def revoke_preview(process: Process, link_id: int, *, actor: Actor, now: datetime) -> None:
    """Let an address of a preview show nothing any more. Raises `NotFound`."""
    link = db.session.get(PreviewLink, link_id, with_for_update=True)
    if link is None or link.process_id != process.id:
        raise NotFound
    link.revoked_at = link.revoked_at or now
    note("processes.revoke_preview", process, actor=actor, now=now, link=link_id)


def _beside_it(draft: Process) -> Iterator[OpenPoint]:
    """What is missing of whom it is for, of its own words and of its regulation, and a name that
    another process has."""
    if db.session.scalars(called_the_same(draft)).first():
        yield OpenPoint.TITLE_TAKEN
    if db.session.scalars(without_postcodes(draft.id)).first():
        # nobody is known to live there: it is for nobody
        yield OpenPoint.AREA_WITHOUT_POSTCODE
    if any(has_blank(one.text) for one in db.session.scalars(texts_of(draft.id))):
        yield OpenPoint.BLANK_IN_OWN_WORDS
    regulation = db.session.get(Regulation, draft.id)
    if regulation and any(map(has_blank, [regulation.address, *regulation.conditions])):
        yield OpenPoint.BLANK_IN_REGULATION


def _hold_in(process: Process, state: ProcessState) -> None:
    hold_row(process, "published_at", "archived_at")
    if process.state is not state:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
