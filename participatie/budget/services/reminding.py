"""Reminding who made a list and did not vote with it yet."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from participatie.budget.models.budgets import Budget
from participatie.core import outbox

BEFORE_CLOSING = (timedelta(hours=12), timedelta(hours=48))
"""How long before the vote closes somebody is reminded: the last time first."""


def due(closes_at: datetime, now: datetime) -> timedelta | None:
    """Which reminder it is time for; nothing when the vote closes later, or is closed."""
    left = closes_at - now
    return next((before for before in BEFORE_CLOSING if timedelta(0) < left <= before), None)


def remind(budget: Budget, accounts: Iterable[int], *, before: timedelta, now: datetime) -> None:
    """Tell each of these accounts once that their list is not a vote yet."""
    for account_id in accounts:
        outbox.tell(
            account_id,
            "budget.unfinished",
            dedup=f"{budget.id}/{before // timedelta(hours=1)}",
            now=now,
            parameters={
                "budget_id": budget.id,
                "title": budget.title,
                "path": f"/begrotingen/{budget.id}",
            },
        )
