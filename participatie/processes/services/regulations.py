"""What the regulation asks of the initiatives of a process."""

from participatie.core.db import db
from participatie.processes.models import Regulation
from participatie.processes.recipes.reading import Asked


def of(process_id: int, asked: Asked) -> Regulation:
    """The regulation of a process as it is kept."""
    return Regulation(
        process_id=process_id,
        address=asked.address,
        conditions=list(asked.conditions),
        test_weeks=asked.test_weeks,
        support_weeks=asked.support_weeks,
        check_weeks=asked.check_weeks,
        agenda_weeks=asked.agenda_weeks,
    )


def copy(process_id: int, draft_id: int) -> None:
    """Give a draft the regulation of another process, when that has one."""
    kept = db.session.get(Regulation, process_id)
    if kept is not None:
        db.session.add(of(draft_id, asked_by(kept)))


def asked_by(kept: Regulation) -> Asked:
    """What a regulation asks."""
    return Asked(
        address=kept.address,
        conditions=tuple(kept.conditions),
        test_weeks=kept.test_weeks,
        support_weeks=kept.support_weeks,
        check_weeks=kept.check_weeks,
        agenda_weeks=kept.agenda_weeks,
    )
