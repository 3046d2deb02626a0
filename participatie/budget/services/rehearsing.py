"""Rehearsing the vote of a budget, with the plans that are published now."""

from datetime import datetime

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.services.opening import ballot_of, exclusive_of
from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.queries.rounds import with_questions
from participatie.votes.services import rehearsing
from participatie.votes.services.letter_codes import Letter


def begin(
    budget: Budget, testers: int, *, title: str, keys: Keys, actor: Actor, now: datetime
) -> list[Letter]:
    """Open a rehearsal; the test codes are given this once.

    Nothing of it is awarded. Raises `NotAllowed`, `Conflict`, and `Invalid` for a plan that cannot
    come on the ballot.
    """
    if budget.round_id is None:
        raise Conflict(N_("This budget has no vote yet. Set up the dates first."))
    vote_round = db.session.scalars(with_questions(budget.round_id)).one()
    projects = db.session.scalars(queries.publishable(budget.id)).all()
    return rehearsing.begin(
        vote_round,
        testers,
        title=title,
        plans=ballot_of(vote_round, projects),
        exclusive=exclusive_of(budget, projects),
        keys=keys,
        actor=actor,
        now=now,
    )
