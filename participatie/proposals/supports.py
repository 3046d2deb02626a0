"""Standing behind a proposal: what has to be known for it, and the one statement that does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, DateTime, Select, bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from participatie.audience.models import ProcessAudience
from participatie.audience.queries import FACTS, audience_in
from participatie.audience.rules import Audience
from participatie.contributions.models import Contribution, Follow
from participatie.contributions.rules import State
from participatie.processes.models import Phase, Process
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Initiative, Proposal, Support
from participatie.proposals.rules.initiatives import Stop

_BASE = Contribution.__table__
_OWN: Any = Proposal.__table__
_PROCESS, _PHASE = Process.__table__, Phase.__table__
_INITIATIVE, _AUDIENCE = Initiative.__table__, ProcessAudience.__table__


class Period(NamedTuple):
    """A phase, as far as it says what may be done."""

    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Supportable:
    """A proposal, as far as it matters to who would stand behind it."""

    id: int
    state: State
    author_id: int | None
    process_id: int
    phases: Sequence[Period]
    stop: Stop | None
    due_at: datetime | None
    audience: Audience


def _of_phases(column: Any) -> Any:
    of_process = (
        select(column)
        .where(_PHASE.c.process_id == _PROCESS.c.id)
        .order_by(_PHASE.c.starts_at)
        .correlate(_PROCESS)
    )
    return func.array(of_process.scalar_subquery(), type_=ARRAY(column.type))


_FOUND = (
    select(
        _BASE.c.id,
        _BASE.c.state,
        _BASE.c.author_id,
        _BASE.c.process_id,
        _of_phases(_PHASE.c.kind).label("phase_kinds"),
        _of_phases(_PHASE.c.starts_at).label("phase_starts"),
        _of_phases(_PHASE.c.ends_at).label("phase_ends"),
        _INITIATIVE.c.stop,
        _INITIATIVE.c.due_at,
        *FACTS,
    )
    .select_from(
        _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
        .join(_PROCESS, _PROCESS.c.id == _BASE.c.process_id)
        .outerjoin(_INITIATIVE, _INITIATIVE.c.proposal_id == _BASE.c.id)
        .outerjoin(_AUDIENCE, _AUDIENCE.c.process_id == _BASE.c.process_id)
    )
    .where(
        _BASE.c.id == bindparam("number", type_=BigInteger), _PROCESS.c.published_at.is_not(None)
    )
    .with_for_update(read=True, key_share=True, of=_BASE)
)


def supportable() -> Select[Any]:
    """What matters of the proposal with this `number`, when its process is published.

    Whoever hides, merges or undoes it then waits until this transaction is over, and others who
    support do not. The contribution is held before the proposal, as by everybody who holds both:
    else two wait for each other.
    """
    return _FOUND


def supportable_in(row: Any) -> Supportable:
    """The proposal of such a row."""
    return Supportable(
        id=row.id,
        state=row.state,
        author_id=row.author_id,
        process_id=row.process_id,
        phases=[
            Period(*phase)
            for phase in zip(row.phase_kinds, row.phase_starts, row.phase_ends, strict=True)
        ],
        stop=row.stop,
        due_at=row.due_at,
        audience=audience_in(row),
    )


_PROPOSAL, _ACCOUNT = (bindparam(name, type_=BigInteger) for name in ("proposal", "account"))
_NOW = bindparam("now", type_=DateTime(timezone=True))

_ADDED = (
    insert(Support)
    .values(proposal_id=_PROPOSAL, account_id=_ACCOUNT, since=_NOW)
    .on_conflict_do_nothing()
    .returning(Support.account_id)
    .cte("added")
)
_COUNTED = (
    update(_OWN)
    .where(_OWN.c.id == _PROPOSAL, exists(select(_ADDED.c.account_id)))
    .values(support_count=_OWN.c.support_count + 1)
    .returning(_OWN.c.id)
    .cte("counted")
)
_FOLLOWED = (
    insert(Follow)
    .from_select(
        ["contribution_id", "account_id", "since"],
        select(_PROPOSAL, _ADDED.c.account_id, _NOW),
    )
    .on_conflict_do_nothing()
    .returning(Follow.account_id)
    .cte("followed")
)
_SUPPORT = select(func.count()).select_from(_ADDED).add_cte(_COUNTED, _FOLLOWED)


def add_support(
    proposal_id: int, account_id: int, now: datetime
) -> tuple[Select[int], Mapping[str, Any]]:
    """Adds a support where there is none yet, counts it in the database itself, so that two at
    once both count, and lets the supporter follow; gives whether it was new."""
    return _SUPPORT, {"proposal": proposal_id, "account": account_id, "now": now}
