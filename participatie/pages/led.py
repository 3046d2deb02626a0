"""What there is in the processes that somebody leads."""

from sqlalchemy import Select, exists, select

from participatie.budget.models.budgets import Budget
from participatie.identity.rules import Actor
from participatie.processes.models import Regulation
from participatie.teams.queries import works_in
from participatie.votes.models.rounds import VoteRound


def parts_led(actor: Actor) -> Select[bool, bool, bool]:
    """Whether there are budgets, votes and initiatives where `actor` does the work of a clerk."""
    return select(
        exists().where(works_in(Budget.process_id, actor)).label("budgets"),
        exists().where(works_in(VoteRound.process_id, actor)).label("votes"),
        exists().where(works_in(Regulation.process_id, actor)).label("initiatives"),
    )
