"""What a count decides about the plans of a budget."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.queries.changes import confirmed
from participatie.budget.rules.changes import ChangeKind, outcome_after
from participatie.budget.rules.outcomes import Outcome
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.votes.models.ballots import Tally


def award(budget: Budget, tallies: Sequence[Tally], *, now: datetime) -> None:
    """Write what the counts decided beside each project, and tell who wrote or follows one.

    `budget` comes with its round; there is a count for each area with money of its own. Doing it
    twice changes nothing and mails nobody twice. After a newer count only those are told whose plan
    is judged otherwise. What two people changed after the result holds on.
    """
    winners = [code for tally in tallies for code in tally.result["winners"]]
    version = tallies[0].version
    before: dict[int, Outcome] = {}
    awarded: dict[int, bool] = {}
    titles: dict[int, str] = {}
    changed: dict[int, list[ChangeKind]] = defaultdict(list)
    for one in db.session.scalars(confirmed(budget.id)):
        changed[one.project_id].append(one.kind)
    for project in db.session.scalars(queries.on_ballot(budget.id)):
        if project.option is not None:
            before[project.id] = project.outcome
            counted = _outcome(project.option.code in winners)
            project.outcome = outcome_after(counted, changed[project.id])
            awarded[project.id] = project.outcome is Outcome.AWARDED
            titles[project.id] = project.title
    is_again = budget.awarded_version > 0
    told = {p: wins for p, wins in awarded.items() if before[p] is not _outcome(wins)}
    dedup = f"{budget.round_id}/{version}" if is_again else str(budget.round_id)
    _tell(budget, told if is_again else awarded, titles, dedup=dedup, now=now)
    budget.awarded_version = version
    hashes = [tally.result_hash for tally in tallies]
    detail = {"winners": winners, "result_hashes": hashes}
    subject = f"budget/{budget.id}"
    audit.record("budget.award", account_id=None, subject=subject, now=now, detail=detail)


def _outcome(wins: bool) -> Outcome:
    return Outcome.AWARDED if wins else Outcome.NOT_AWARDED


def _tell(
    budget: Budget,
    awarded: Mapping[int, bool],
    titles: Mapping[int, str],
    *,
    dedup: str,
    now: datetime,
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
            dedup=dedup,
            now=now,
            parameters={
                "budget_id": budget.id,
                "title": budget.title,
                "path": f"/begrotingen/{budget.id}/uitslag",
                "won": [titles[p] for p in sorted(projects) if awarded[p]],
                "lost": [titles[p] for p in sorted(projects) if not awarded[p]],
            },
        )
