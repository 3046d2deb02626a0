"""What the tests of the ballot box do again and again."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select

from participatie.core.db import db
from participatie.identity.rules import Actor, Role
from participatie.votes.keys import Receipt
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import (
    GREEDY,
    Channel,
    RoundState,
    Voter,
)
from participatie.votes.services import casting
from tests import moments
from tests.factories import ClerkFactory, OptionFactory, RoundFactory, soon

CLERK = Actor(id=1, roles=frozenset({Role.CLERK}))
NOW = soon()


def make_round(costs=(40_000_00, 60_000_00, 70_000_00), **settings) -> VoteRound:
    vote_round = RoundFactory(**settings)
    for number, cost in enumerate(costs):
        OptionFactory(round_id=vote_round.id, code=str(number), cost=cost)
    return vote_round


def draft(**settings) -> VoteRound:
    settings = {"state": RoundState.DRAFT, "opened_at": None, "counting": GREEDY, **settings}
    made = make_round(**settings)
    return loaded(made.id)


def loaded(round_id: int) -> VoteRound:
    db.session.expire_all()
    return db.session.scalars(round_queries.with_questions(round_id)).one()


def cast(
    vote_round,
    chosen,
    *,
    keys,
    voter="v1$een",
    press: UUID | None = None,
    owner: bytes | None = None,
    channel: Channel = Channel.LOGIN,
) -> Receipt:
    """One answer is cast, as `cast_answers` does it."""
    settings = {"voter": voter, "press": press, "owner": owner, "channel": channel}
    return cast_answers(vote_round, [chosen], keys=keys, **settings)


def cast_answers(
    vote_round,
    given,
    *,
    keys,
    voter="v1$een",
    press: UUID | None = None,
    owner: bytes | None = None,
    channel: Channel = Channel.LOGIN,
) -> Receipt:
    """A cast is a transaction of its own."""
    keys.make(vote_round.id)
    receipt = casting.cast(
        vote_round.id,
        given,
        voter=Voter(keys.voter_key(vote_round.id, voter), channel),
        press=press or uuid4(),
        keys=keys,
        owner=owner,
    )
    db.session.commit()
    return receipt


def version_of(vote_round, keys, voter="v1$een") -> int:
    key = keys.voter_key(vote_round.id, voter)
    return db.session.scalars(select(Roll.version).where(Roll.voter_key == key)).one()


def finalise(vote_round) -> None:
    """Two people said that a closed vote can be counted."""
    one, other = ClerkFactory(), ClerkFactory()
    db.session.add(
        VoteAct(
            round_id=vote_round.id,
            act=Act.FINALISE,
            terms={},
            facts={},
            subject_hash="0" * 64,
            asked_by=one.id,
            asked_at=NOW,
            confirmed_by=other.id,
            confirmed_at=NOW,
        )
    )
    db.session.commit()


def rows(model) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def end(vote_round) -> None:
    """Let its time be over."""
    moments.over(db.session, vote_round.id)
