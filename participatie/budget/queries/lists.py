"""What a list of plans needs to be kept and cast: asked at every press, so made once."""

from typing import Any

from sqlalchemy import Select, bindparam, func, select

from participatie.budget.models.budgets import Budget
from participatie.processes.models import Process
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import OptionWithdrawal, VoteOption, VoteRound

ROUND: Select[int | None] = (
    select(Budget.round_id)
    .join(Budget.process)
    .where(Budget.id == bindparam("budget"), Process.published_at.is_not(None))
)
"""The round of a budget of a published process."""

_WITHDRAWN = (
    select(func.array_agg(VoteOption.code))
    .join(OptionWithdrawal, OptionWithdrawal.option_id == VoteOption.id)
    .where(VoteOption.round_id == Budget.round_id)
    .correlate(Budget)
    .scalar_subquery()
)

VOTE: Any = (
    select(
        VoteRound.id,
        VoteRound.rules_hash,
        VoteRound.state,
        VoteRound.opens_at,
        VoteRound.closes_at,
        _WITHDRAWN.label("withdrawn"),
    )
    .select_from(Budget)
    .join(Budget.process)
    .outerjoin(Budget.round)
    .where(Budget.id == bindparam("budget"), Process.published_at.is_not(None))
)
"""The vote of a budget of a published process, and the plans that are withdrawn from it; a row
of nothing before there is one.
"""


def owners_of_drafts(round_id: int) -> Select[bytes]:
    """Whose lists are kept in a vote; who that is can only be told the other way round."""
    return select(VoteDraft.owner).where(VoteDraft.round_id == round_id)
