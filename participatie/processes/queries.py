"""Finding processes and their phases."""

from datetime import datetime

from sqlalchemy import Select, func, select, union_all
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


def public_process(slug: str) -> Select[Process]:
    """One published process with its phases."""
    return public_processes().where(Process.slug == slug)


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next phase begins or ends after `moment`."""
    both = union_all(select(Phase.starts_at.label("at")), select(Phase.ends_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)
