"""What runs by itself: a count becomes outcomes and mails."""

from celery import shared_task

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.budget.services import awarding
from participatie.core.clock import now
from participatie.core.db import db
from participatie.votes.queries.results import visible_tally

_NEXT = queries.due_to_award().limit(1).with_for_update(of=Budget, skip_locked=True)


@shared_task  # type: ignore[untyped-decorator]
def award_counted() -> str:
    """Award each budget that is counted and not awarded yet."""
    awarded: list[int] = []
    while budget := db.session.scalars(_NEXT).first():
        tally = db.session.scalars(visible_tally(budget.round_id or 0)).one()
        awarding.award(budget, tally, now=now())
        db.session.commit()
        awarded.append(budget.id)
    return f"awarded {awarded}" if awarded else ""
