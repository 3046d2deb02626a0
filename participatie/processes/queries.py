"""Finding processes and their phases."""

from datetime import datetime

from sqlalchemy import Select, exists, func, select, union_all
from sqlalchemy.orm import selectinload

from participatie.processes.models import Phase, Process


def public_processes() -> Select[Process]:
    """Published processes with their phases, the newest first."""
    return (
        select(Process)
        .where(Process.published_at.is_not(None))
        .options(selectinload(Process.phases))
        .order_by(Process.published_at.desc(), Process.id.desc())
    )


def by_what_is_next(now: datetime) -> Select[Process]:
    """Published processes: what closes first, then what begins first, then what is over."""
    of_process = Phase.process_id == Process.id
    closes = select(func.min(Phase.ends_at)).where(
        of_process, Phase.starts_at <= now, Phase.ends_at > now
    )
    begins = select(func.min(Phase.starts_at)).where(of_process, Phase.starts_at > now)
    return (
        public_processes()
        .order_by(None)
        .order_by(
            closes.scalar_subquery().asc().nulls_last(),
            begins.scalar_subquery().asc().nulls_last(),
            Process.published_at.desc(),
            Process.id.desc(),
        )
    )


def running(now: datetime) -> Select[Process]:
    """Published processes of which a phase runs at `now`, the one that closes first in front."""
    runs = exists().where(
        Phase.process_id == Process.id, Phase.starts_at <= now, Phase.ends_at > now
    )
    return by_what_is_next(now).where(runs)


def public_process(slug: str) -> Select[Process]:
    """One published process with its phases."""
    return public_processes().where(Process.slug == slug)


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next phase begins or ends after `moment`."""
    both = union_all(select(Phase.starts_at.label("at")), select(Phase.ends_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)
