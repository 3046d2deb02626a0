"""Votes with a closed roll, for the tests of letters, desk and paper."""

from __future__ import annotations

from participatie.core.db import db
from participatie.identity.rules import Actor, Role
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import GREEDY, RollKind, RoundState
from participatie.votes.services.opening import open_round
from tests.factories import ClerkFactory, OptionFactory, RoundFactory, soon

CLERK = Actor(id=None, roles=frozenset({Role.CLERK}))
NOW = soon()


def closed_round(roll_kind: RollKind, **settings) -> VoteRound:
    """A round that is not open yet, with three plans of which any may be chosen."""
    made = RoundFactory(
        state=RoundState.DRAFT, opened_at=None, roll_kind=roll_kind, counting=GREEDY, **settings
    )
    for role in ("clerk_id", "second_id", "substitute_id"):
        setattr(made, role, ClerkFactory().id)
    db.session.commit()
    for code in "abc":
        OptionFactory(round_id=made.id, code=code, cost=30_000_00)
    return loaded(made.id)


def opened(vote_round: VoteRound, keys: Keys) -> VoteRound:
    """The same round, open now."""
    fresh = loaded(vote_round.id)
    open_round(fresh, keys=keys, actor=CLERK, now=NOW)
    db.session.commit()
    return fresh


def loaded(round_id: int) -> VoteRound:
    db.session.expire_all()
    return db.session.scalars(round_queries.with_questions(round_id)).one()
