"""What a count decides about the plans of a budget."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.budget.rules.outcomes import Outcome
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.votes.models.ballots import Tally


def award(budget: Budget, tally: Tally, *, now: datetime) -> None:
    """Write what the count decided beside each project, and tell who wrote or follows one.

    `budget` comes with its round. Doing it twice changes nothing and mails nobody twice.
    """
    won = set(tally.result["winners"])
    awarded: dict[int, bool] = {}
    titles: dict[int, str] = {}
    for project in db.session.scalars(queries.on_ballot(budget.id)):
        if project.option is not None:
            awarded[project.id] = project.option.code in won
            titles[project.id] = project.title
            project.outcome = Outcome.AWARDED if awarded[project.id] else Outcome.NOT_AWARDED
    _tell(budget, awarded, titles, now=now)
    detail = {"winners": tally.result["winners"], "result_hash": tally.result_hash}
    subject = f"budget/{budget.id}"
    audit.record("budget.award", account_id=None, subject=subject, now=now, detail=detail)


def _tell(
    budget: Budget, awarded: Mapping[int, bool], titles: Mapping[int, str], *, now: datetime
) -> None:
    """One message to each person, with all the plans that they wrote or follow."""
    plans: dict[int, list[int]] = defaultdict(list)
    for project_id, account_id in db.session.execute(queries.interested(budget.id)):
        if project_id in awarded:
            plans[account_id].append(project_id)
    for account_id, projects in sorted(plans.items()):
        outbox.tell(
            account_id,
            "budget.result",
            dedup=str(budget.round_id),
            now=now,
            parameters={
                "title": budget.title,
                "path": f"/begrotingen/{budget.id}/uitslag",
                "won": [titles[p] for p in sorted(projects) if awarded[p]],
                "lost": [titles[p] for p in sorted(projects) if not awarded[p]],
            },
        )
