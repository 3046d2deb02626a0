"""Opening a process to everyone, showing it before, and putting it away afterwards."""

from datetime import datetime

from participatie.audience.queries import without_postcodes
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.identity.rules import Actor
from participatie.processes.models import PreviewLink, Process
from participatie.processes.open_points import OpenPoint, open_points
from participatie.processes.rules import (
    PREVIEW_LINK_TERM,
    ProcessState,
    check_archivable,
)
from participatie.processes.services.drafting import hold_draft, note


def what_is_missing(draft: Process, now: datetime) -> tuple[OpenPoint, ...]:
    """What keeps a draft from opening."""
    unknown = db.session.scalars(without_postcodes(draft.id)).all()
    return open_points(draft, now, areas_are_known=not unknown)


def publish(draft: Process, *, actor: Actor, now: datetime) -> None:
    """Show a draft to everyone; from now on its rules stand. Raises `Conflict`."""
    hold_draft(draft)
    if what_is_missing(draft, now):
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


def _hold_in(process: Process, state: ProcessState) -> None:
    db.session.refresh(process, ["published_at", "archived_at"], with_for_update=True)
    if process.state is not state:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
