"""The phases of a process: which there are, and when each of them runs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, String, column, update, values

from participatie.core import outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.identity.rules import Actor
from participatie.processes.models import Phase, PhaseChange, Process
from participatie.processes.queries import followers_of
from participatie.processes.rules import (
    MINUTE,
    MOST_PHASES,
    PHASE_TITLE_LENGTH,
    REASON_LENGTH,
    PhaseKind,
    PlannedPhase,
    ProcessState,
    check_move,
    check_planning,
)
from participatie.processes.services.drafting import hold, hold_draft, line, note
from participatie.theming import formats


def plan(
    process: Process,
    planned: Sequence[PlannedPhase],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[PhaseChange]:
    """Give all phases their names and dates; what changed in public.

    Of an open process only dates change, with a reason that everyone reads and followers are
    told. Raises `Conflict`, `NotFound`, and `Invalid` for a field.
    """
    hold(process)
    kept = {phase.id: phase for phase in process.phases}
    if set(kept) != {phase.id for phase in planned}:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    check_planning(planned)
    if process.state is ProcessState.DRAFT:
        _move(process, [(one, _titled(one)) for one in planned])
        note("processes.plan", process, actor=actor, now=now)
        return []
    return _replan(process, planned, reason=reason, actor=actor, now=now)


def _replan(
    process: Process,
    planned: Sequence[PlannedPhase],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[PhaseChange]:
    kept = {phase.id: phase for phase in process.phases}
    moved = [one for one in planned if one.id is not None and _is_moved(kept[one.id], one)]
    if not moved:
        raise Invalid(N_("You changed no date."))
    for one in moved:
        check_move(kept[one.id or 0], one, now)
    reason = line(reason, REASON_LENGTH, field="reason")
    changes = [_change(kept[one.id or 0], one, reason, now) for one in moved]
    db.session.add_all(changes)
    _move(process, [(one, kept[one.id or 0].title) for one in planned])
    note("processes.replan", process, actor=actor, now=now, phases=[one.id for one in moved])
    outbox.tell_each(
        followers_of(process.id),
        "processes.dates_changed",
        dedup=f"{process.id}/{now.isoformat()}",
        now=now,
        parameters={
            "process_id": process.id,
            "slug": process.slug,
            "title": process.title,
            "reason": reason,
            "changes": [_in_words(change) for change in changes],
        },
    )
    return changes


def add_phase(
    process: Process, kind: PhaseKind, planned: PlannedPhase, *, actor: Actor, now: datetime
) -> Phase:
    """One phase more in a draft. Raises `Conflict`, and `Invalid` for a field."""
    hold_draft(process)
    if len(process.phases) >= MOST_PHASES:
        raise Conflict(N_("A process has at most %(most)s phases."), most=MOST_PHASES)
    title = line(planned.title, PHASE_TITLE_LENGTH, field="title")
    if planned.ends_at <= planned.starts_at:
        raise Invalid(N_("Choose a last day that is not before the first."), field="last_day")
    overlapped = next((one for one in process.phases if _overlap(one, planned)), None)
    if overlapped is not None:
        raise Invalid(
            N_("On these days “%(phase)s” runs already. Choose other days."),
            field="first_day",
            phase=overlapped.title,
        )
    phase = Phase(
        process_id=process.id,
        kind=kind,
        title=title,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
    )
    db.session.add(phase)
    db.session.flush()
    note("processes.add_phase", process, actor=actor, now=now, phase=phase.id)
    return phase


def remove_phase(process: Process, phase_id: int, *, actor: Actor, now: datetime) -> None:
    """One phase less in a draft. Raises `Conflict`, `NotFound`."""
    hold_draft(process)
    phase = next((one for one in process.phases if one.id == phase_id), None)
    if phase is None:
        raise NotFound
    db.session.delete(phase)
    note("processes.remove_phase", process, actor=actor, now=now, phase=phase_id)


def _titled(one: PlannedPhase) -> str:
    return line(one.title, PHASE_TITLE_LENGTH, field=f"title_{one.id}")


def _is_moved(kept: Phase, planned: PlannedPhase) -> bool:
    return (kept.starts_at, kept.ends_at) != (planned.starts_at, planned.ends_at)


def _overlap(kept: Phase, planned: PlannedPhase) -> bool:
    return kept.starts_at < planned.ends_at and planned.starts_at < kept.ends_at


def _change(kept: Phase, planned: PlannedPhase, reason: str, now: datetime) -> PhaseChange:
    return PhaseChange(
        process_id=kept.process_id,
        changed_at=now,
        phase_title=kept.title,
        old_starts_at=kept.starts_at,
        old_ends_at=kept.ends_at,
        new_starts_at=planned.starts_at,
        new_ends_at=planned.ends_at,
        reason=reason,
    )


def _in_words(change: PhaseChange) -> dict[str, str]:
    return {
        "phase": change.phase_title,
        "first": formats.moment(change.new_starts_at),
        "last": formats.until(change.new_ends_at),
        "old_first": formats.moment(change.old_starts_at),
        "old_last": formats.moment(change.old_ends_at - MINUTE),
    }


def _move(process: Process, titled: Sequence[tuple[PlannedPhase, str]]) -> None:
    """All phases by one statement: halfway, two of them may overlap."""
    if not titled:
        return
    moment = DateTime(timezone=True)
    new = values(
        column("id", BigInteger),
        column("title", String),
        column("starts_at", moment),
        column("ends_at", moment),
        name="new",
    ).data([(one.id, title, one.starts_at, one.ends_at) for one, title in titled])
    db.session.execute(
        update(Phase)
        .where(Phase.id == new.c.id, Phase.process_id == process.id)
        .values(title=new.c.title, starts_at=new.c.starts_at, ends_at=new.c.ends_at)
        .execution_options(synchronize_session=False)
    )
    for phase in process.phases:
        db.session.refresh(phase)
