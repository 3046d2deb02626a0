"""Finding what is compared with other rules."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from participatie.budget.models.budgets import Budget
from participatie.budget.models.comparisons import OtherOutcome
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import RoundState


def due_to_compare() -> Select[Budget]:
    """Budgets of which the council has decided and the last count is not compared yet."""
    return (
        select(Budget)
        .join(Budget.round)
        .where(
            Budget.decided_on.is_not(None),
            Budget.compared_version < Budget.awarded_version,
            VoteRound.state == RoundState.PUBLISHED,
        )
        .options(contains_eager(Budget.round))
        .order_by(Budget.id)
    )


def other_outcomes(budget_id: int) -> Select[OtherOutcome]:
    """What other rules give for a budget of which the council has decided: of its last count."""
    return (
        select(OtherOutcome)
        .join(Budget, Budget.id == OtherOutcome.budget_id)
        .where(
            OtherOutcome.budget_id == budget_id,
            Budget.decided_on.is_not(None),
            Budget.compared_version == Budget.awarded_version,
        )
        .order_by(OtherOutcome.question_id, OtherOutcome.rule)
    )
