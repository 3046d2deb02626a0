"""Putting the plans of a budget on the ballot, and opening its vote."""

from datetime import datetime

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import opening


def open_vote(budget: Budget, *, keys: Keys, actor: Actor, now: datetime) -> None:
    """Put the published projects on the ballot, title and cost frozen, and open the vote on time.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    if budget.round_id is None:
        raise Conflict(N_("This budget has no vote yet. Set up the dates first."))
    vote_round = db.session.scalars(
        with_questions(budget.round_id).with_for_update(of=VoteRound)
    ).one()
    if vote_round.rules_hash is None and vote_round.state is RoundState.DRAFT:
        _freeze_projects(budget.id, vote_round.questions[0])
    opening.open_round(vote_round, keys=keys, actor=actor, now=now)


def _freeze_projects(budget_id: int, question: VoteQuestion) -> None:
    for project in db.session.scalars(queries.publishable(budget_id)):
        option = VoteOption(
            round_id=question.round_id,
            question_id=question.id,
            code=str(project.id),
            title=project.title,
            cost=project.cost,
        )
        question.options.append(option)
        project.option = option
    db.session.flush()
