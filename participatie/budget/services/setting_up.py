"""Setting up a budget and its vote, before it opens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participatie.budget.models import Budget
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import GREEDY, Grade, Publication, RoundState, counting_rules

QUESTION = "plans"
"""The code of the one question that a budget asks."""


def plan_vote(
    budget: Budget,
    *,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    counting: Mapping[str, Any] = GREEDY,
    grade: Grade = Grade.COMMON,
    publication: Publication = Publication.CHOICES,
) -> VoteRound:
    """The vote of a budget, set up before it opens.

    Raises `NotAllowed`, `Invalid` and `Conflict`.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality sets up a vote."))
    if budget.round_id is not None:
        raise Conflict(N_("This budget has a vote already."))
    if opens_at >= closes_at:
        raise Invalid(N_("A vote closes after it opens."), field="closes_at")
    counting_rules(counting)
    vote_round = VoteRound(
        process_id=budget.process_id,
        title=budget.title,
        state=RoundState.DRAFT,
        grade=grade,
        publication=publication,
        opens_at=opens_at,
        closes_at=closes_at,
        counting=dict(counting),
        questions=[_question(budget)],
    )
    db.session.add(vote_round)
    db.session.flush()
    budget.round_id = vote_round.id
    return vote_round


def _question(budget: Budget) -> VoteQuestion:
    """What a budget asks: which plans, within the money."""
    return VoteQuestion(
        code=QUESTION,
        position=1,
        kind=BallotKind.KNAPSACK,
        title=budget.title,
        budget=budget.amount,
    )
