"""Finding the budget that a page is about, and how far its vote is."""

from datetime import datetime

from participatie.budget.models import Budget
from participatie.budget.queries import budgets as queries
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.stages import Stage
from participatie.votes.services import casting
from participatie.votes.views.polls import stage_of


def load(budget_id: int) -> Budget:
    """A budget that everybody may see. Raises `NotFound`."""
    budget = db.session.scalars(queries.BUDGET, {"budget": budget_id}).one_or_none()
    if budget is None:
        raise NotFound
    return budget


def load_open(budget_id: int) -> Budget:
    """A budget of which the vote is open. Raises `NotFound` and `Conflict`."""
    budget = load(budget_id)
    stage = stage_of_budget(budget)
    if stage is Stage.NO_VOTE_YET:
        raise Conflict(N_("This vote has not begun yet."))
    if stage is not Stage.OPEN:
        raise Conflict(N_("This vote is closed. Your list was not counted."))
    return budget


def vote_of(budget: Budget) -> VoteRound:
    """The vote of a budget. Raises `NotFound` while there is none."""
    if budget.round is None:
        raise NotFound
    return budget.round


def paper_of(budget: Budget) -> Paper:
    """The ballot paper of a budget that has a vote. Raises `NotFound`."""
    vote = vote_of(budget)
    return casting.paper(vote.id, vote.rules_hash)


def stage_of_budget(budget: Budget) -> Stage:
    """What a resident can do with a budget."""
    return stage_of(budget.round, now()) if budget.round else Stage.NO_VOTE_YET


def today() -> str:
    """The day here: what the order of the plans follows from for who has no session."""
    moment: datetime = now()
    return moment.astimezone(AMSTERDAM).date().isoformat()
