"""What there is in the processes that somebody leads."""

from sqlalchemy import Select, select

from participatie.budget.models.budgets import Budget
from participatie.identity.rules import Actor
from participatie.processes.models import Regulation
from participatie.teams.queries import works_in
from participatie.votes.models.rounds import VoteRound


def parts_led(actor: Actor) -> Select[bool, bool, bool]:
    """Whether there are budgets, votes and initiatives where `actor` does the work of a clerk."""
    return select(
        select(Budget.process_id)
        .where(works_in(Budget.process_id, actor))
        .exists()
        .label("budgets"),
        select(VoteRound.process_id)
        .where(works_in(VoteRound.process_id, actor))
        .exists()
        .label("votes"),
        select(Regulation.process_id)
        .where(works_in(Regulation.process_id, actor))
        .exists()
        .label("initiatives"),
    )
