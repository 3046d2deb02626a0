"""What runs by itself: rounds open and close on time, and what is closed is counted."""

from contextlib import suppress

from celery import shared_task

from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import Conflict, IllegalTransition, NotFound
from participatie.identity.queries import with_address
from participatie.identity.rules import Actor
from participatie.votes import owners
from participatie.votes.keys import KeysAway
from participatie.votes.models.acts import VoteAct
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import board as board_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.services import (
    arrivals,
    board,
    closing,
    counting,
    destroying,
    drafts,
    faults,
    heads,
    holders,
    opening,
    outages,
    publishing,
    rehearsing,
    turnout,
)
from participatie.votes.services.emptying import BoxFault
from participatie.votes.voters import vote_keys

SYSTEM = Actor()


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> str:
    """Open and close the rounds that are due, and have those counted that are closed.

    What visitors filled in and left is thrown away, and so are rehearsals that are over and keys
    that two people want destroyed.
    """
    opened = opening.open_due(keys=vote_keys(), now=now())
    drafts.forget_quiet(now=now())
    db.session.commit()
    closed = [
        number for number in db.session.scalars(round_queries.due_to_close()).all() if _end(number)
    ]
    held_up = _waiting_for_holders()
    waiting = [
        n for n in db.session.scalars(result_queries.due_to_count()).all() if n not in held_up
    ]
    for round_id in waiting:
        tally.delay(round_id)
    agreed = [act.id for act in db.session.scalars(act_queries.due_to_publish()).all()]
    shown = [number for number in agreed if _show(number)]
    to_destroy = db.session.scalars(act_queries.due_to_destroy()).all()
    destroyed = [one.round_id for one in to_destroy if _destroy(one)]
    removed = [*map(_remove, db.session.scalars(round_queries.thrown_away()).all())]
    found = {
        "opened": opened,
        "closed": closed,
        "to count": waiting,
        "held up": held_up,
        "published by act": shown,
        "keys destroyed": destroyed,
        "rehearsals thrown away": removed,
    }
    return ", ".join(f"{what} {rounds}" for what, rounds in found.items() if rounds)


@shared_task  # type: ignore[untyped-decorator]
def tally(round_id: int) -> str:
    """Count one closed round, and publish it if nobody has to act for that.

    Nothing when that is done already, or not asked: a message can come late, twice, or from
    before a round was thrown away. When box and board do not agree the staff is told.
    """
    keys = vote_keys()
    try:
        made = counting.tally(round_id, keys=keys, now=now())
    except (NotFound, IllegalTransition, Conflict) as refusal:
        db.session.rollback()
        return f"round {round_id} is not counted now: {refusal}"
    except BoxFault as fault:
        db.session.rollback()
        faults.blocked(round_id, fault, now=now())
        db.session.commit()
        return f"round {round_id} cannot be counted: {fault}"
    publishing.publish_by_itself(round_id, actor=SYSTEM, now=now())
    db.session.commit()
    keys.release(round_id)
    told = [f"{one.ballots} ballots, result {one.result_hash}" for one in made]
    return f"round {round_id}: {'; '.join(told)}"


@shared_task  # type: ignore[untyped-decorator]
def watch() -> str:
    """Propose a later closing to who closes a vote that could not be reached on its last day.

    Count how many voted, where everybody sees that.
    """
    turnout.count_hourly(now=now())
    told = outages.tell_closers(now=now(), zone=AMSTERDAM)
    db.session.commit()
    return f"later closing proposed {told}" if told else ""


@shared_task  # type: ignore[untyped-decorator]
def tell_arrived() -> str:
    """Tell who voted since the last time that their vote arrived, many at once."""
    waiting = db.session.scalars(round_queries.awaited()).all()
    numbers = db.session.scalars(with_address()).all() if waiting else ()
    accounts = {owners.of_account(number): number for number in numbers}
    told = {}
    for vote_round in waiting:
        number = arrivals.tell_arrived(vote_round, accounts, keys=vote_keys(), now=now())
        db.session.commit()
        told[vote_round.id] = number
    return ", ".join(f"round {one}: {number} told" for one, number in told.items() if number)


@shared_task  # type: ignore[untyped-decorator]
def remind() -> str:
    """Tell who closes a vote that nobody needs its keys any more."""
    told = destroying.remind(now=now())
    db.session.commit()
    return f"reminded of keys {told}" if told else ""


@shared_task  # type: ignore[untyped-decorator]
def take_up(*, with_codes: bool) -> str:
    """Put the casts that wait on the boards of open votes.

    Where choices are to be published `with_codes`, of fifty voters or more together; a code then
    leads to its place there. In other votes no choice can be found by a place, so all go on.
    """
    taken = {}
    for round_id in db.session.scalars(round_queries.casting_now(with_codes=with_codes)).all():
        taken[round_id] = board.take_up(round_id, all_of_them=not with_codes)
        db.session.commit()
    return ", ".join(f"round {one}: {number} taken up" for one, number in taken.items() if number)


@shared_task  # type: ignore[untyped-decorator]
def sign_heads() -> str:
    """Sign a head over every board that grew since its last one."""
    grown = db.session.scalars(board_queries.without_head()).all()
    for round_id in grown:
        heads.sign_head(round_id, keys=vote_keys(), now=now())
        db.session.commit()
    return f"signed {grown}" if grown else ""


def _show(act_id: int) -> bool:
    """Publish what two people agreed to publish now, unless another process was first."""
    done = publishing.publish_due(act_id, now=now())
    db.session.commit()
    return done


def _destroy(asked: VoteAct) -> bool:
    """Destroy the keys that two people agreed to destroy, as soon as who keeps them is there."""
    try:
        done = destroying.destroy_agreed(asked, keys=vote_keys(), now=now())
    except (Conflict, KeysAway):
        db.session.rollback()
        return False
    db.session.commit()
    return done


def _remove(round_id: int) -> int:
    """Leave nothing of one rehearsal that was thrown away."""
    rehearsing.remove(round_id, keys=vote_keys())
    db.session.commit()
    return round_id


def _waiting_for_holders() -> list[int]:
    """The closed rounds that nobody can count until two key holders brought their keys."""
    closed = db.session.scalars(act_queries.closed_heavy()).all()
    return [one.id for one in closed if holders.is_waited_for(one, keys=vote_keys())]


def _end(round_id: int) -> bool:
    """Close one round, unless another process was first, and sign the head of that moment.

    Who keeps the keys may be away: the round closes on time, and the head is signed when they are
    back.
    """
    try:
        closing.close(round_id, actor=SYSTEM, now=now())
    except Conflict:
        db.session.rollback()
        return False
    with suppress(KeysAway):
        heads.sign_head(round_id, keys=vote_keys(), now=now())
    db.session.commit()
    return True
