"""What two people do, one step at a time."""

from __future__ import annotations

from participatie.core.db import db
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes.models.acts import VoteAct
from participatie.votes.queries import results as result_queries
from participatie.votes.services import acts, closing
from tests.factories import ClerkFactory
from tests.votes.steps import NOW, end

WHY = "De brug was dicht; niet iedereen kon komen."


def actor_of(account) -> Actor:
    return Actor(id=account.id, roles=frozenset(map(Role, account.roles)))


def closed(vote_round):
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    return vote_round


def ask(vote_round, act, actor, reason="", **terms):
    return acts.ask(vote_round.id, act, terms=terms, reason=reason, actor=actor, now=NOW)


def confirm(asked, actor):
    return acts.confirm(asked.id, subject_hash=asked.subject_hash, actor=actor, now=NOW)


def both(vote_round, act, people, reason="", **terms):
    return confirm(ask(vote_round, act, people[0], reason, **terms), people[1])


def agreed(vote_round, act, **terms):
    """An act on which two people agreed, whether or not they could have in this vote."""
    first, second = ClerkFactory(), ClerkFactory()
    told = VoteAct(
        round_id=vote_round.id,
        act=act,
        terms=terms,
        facts={},
        subject_hash="0" * 64,
        reason=WHY,
        asked_by=first.id,
        asked_at=NOW,
        confirmed_by=second.id,
        confirmed_at=NOW,
    )
    db.session.add(told)
    db.session.flush()
    return told


def count_of(vote_round):
    return db.session.scalars(result_queries.visible_tally(vote_round.id)).one_or_none()
