"""What is looked at in a process before it opens, beside what it says and plans itself.

A slice with a part that a process can promise, such as a vote, is added here.
"""

from participatie.budget.queries.budgets import of_any_process
from participatie.budget.services import readying as budgets
from participatie.core.db import db
from participatie.processes.services.opening import Inspection
from participatie.votes.services import readying as votes

INSPECTIONS: tuple[Inspection, ...] = (votes.lacks_of, budgets.lacks_of)


def has_budget(process_id: int) -> bool:
    """Whether a process divides money, be it in the making."""
    return db.session.scalar(of_any_process(process_id)) is not None
