"""The ballot box: opening it, casting, closing, counting.

All of it happens by the clock of the database, under one lock for each round: casts share it,
closing and counting have it alone. A cast waits for it only while the vote is open, so never for a
count.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.votes import queries
from participatie.votes.counting.election import Ballots, Election, Project
from participatie.votes.counting.hashing import input_hash
from participatie.votes.counting.result import Result
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.keys import Keys, size_for
from participatie.votes.models import Ballot, Choice, Roll, Tally, VoteRound
from participatie.votes.rules import (
    TRANSITIONS,
    Channel,
    Option,
    Paper,
    RoundState,
    counting_rules,
    fingerprint,
)

SAME_PRESS = "uq_ballot_round_id_press"
_LOCKS = 0x766F7465 << 32  # «vote»: the locks of rounds, apart from all others

_SHARE = select(func.pg_advisory_xact_lock_shared(bindparam("lock"))).where(
    select(VoteRound.id).where(VoteRound.id == bindparam("round"), queries.OPEN_NOW).exists()
)
"""Outside the time of a vote nobody waits: a count may hold the lock for minutes then."""
_ALONE = select(func.pg_advisory_xact_lock(bindparam("lock")))

_TURN = (
    upsert(Roll)
    .from_select(
        ["round_id", "voter_key", "version", "channel"],
        select(
            VoteRound.id,
            bindparam("voter_key", type_=Roll.voter_key.type),
            bindparam("first", 1),
            bindparam("channel", type_=Roll.channel.type),
        ).where(VoteRound.id == bindparam("round"), queries.OPEN_NOW),
    )
    .on_conflict_do_update(constraint="pk_roll", set_={"version": Roll.version + 1})
    .returning(Roll.round_id, Roll.voter_key, Roll.version)
    .cte("turn")
)
_PUT_IN = (
    insert(Ballot)
    .from_select(
        ["round_id", "voter_key", "version", "sealed", "press"],
        select(
            *_TURN.c,
            bindparam("sealed", type_=Ballot.sealed.type),
            bindparam("press", type_=Ballot.press.type),
        ),
    )
    .returning(Ballot.version)
    .execution_options(dml_strategy="raw")
)
"""The row of the voter and the ballot in one statement; no row outside the time of the vote."""


def open_round(vote_round: VoteRound, *, actor: Actor, now: datetime) -> None:
    """Freeze the rules of a round that is set up, and open it as soon as it is time.

    `vote_round` comes with its options. Raises `NotAllowed`, `Invalid` and `Conflict`.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality opens a vote."))
    if vote_round.state is not RoundState.DRAFT or vote_round.rules_hash is not None:
        raise Conflict(N_("The rules of this vote are fixed already."))
    if not vote_round.options:
        raise Invalid(N_("There is nothing to choose from yet."))
    counting_rules(vote_round.counting)
    vote_round.rules_hash = fingerprint(frozen_facts(vote_round))
    subject, detail = _subject(vote_round.id), {"rules_hash": vote_round.rules_hash}
    audit.record("votes.freeze", account_id=actor.id, subject=subject, now=now, detail=detail)
    open_due(now=now)


def frozen_facts(vote_round: VoteRound) -> dict[str, Any]:
    """Everything about a round that nobody may change once it is open."""
    return {
        "title": vote_round.title,
        "kind": vote_round.kind,
        "budget": vote_round.budget,
        "opens_at": vote_round.opens_at.timestamp(),
        "closes_at": vote_round.closes_at.timestamp(),
        "counting": vote_round.counting,
        "options": [
            {"code": o.code, "title": o.title, "cost": o.cost}
            for o in sorted(vote_round.options, key=lambda option: option.code)
        ],
    }


def open_due(*, now: datetime) -> list[int]:
    """Open every round with fixed rules whose time has come; the numbers of those opened."""
    opened = db.session.scalars(
        update(VoteRound)
        .where(VoteRound.id.in_(queries.due_to_open()))
        .values(state=RoundState.OPEN, opened_at=func.clock_timestamp())
        .returning(VoteRound.id)
    ).all()
    for round_id in opened:
        audit.record("votes.open", account_id=None, subject=_subject(round_id), now=now)
    return list(opened)


def paper(round_id: int) -> Paper:
    """The ballot paper of a round. Raises `NotFound`."""
    row = db.session.execute(queries.PAPER, {"round": round_id}).one_or_none()
    if row is None:
        raise NotFound
    options = map(Option, row.codes, row.titles, row.costs)
    return Paper(row.budget, {option.code: option for option in options})


def cast(
    round_id: int,
    chosen: Sequence[str],
    *,
    pseudonym: str,
    press: UUID,
    keys: Keys,
    channel: Channel = Channel.LOGIN,
) -> int:
    """Put one ballot in the box; how many this voter has cast by now.

    `pseudonym` is the one of purpose *vote*. `press` is the number of one press on the button:
    the same press again is the same ballot, once. The last ballot of a voter counts. It is a
    transaction of its own: what else the caller did in it may be undone. Raises `Invalid` for a
    list that does not fit, `Conflict` outside the time of the vote and for a press that was used
    for something else.
    """
    ballot_paper = paper(round_id)
    choice = ballot_paper.check(chosen)
    voter_key = keys.voter_key(round_id, pseudonym)
    row = {
        "round": round_id,
        "voter_key": voter_key,
        "first": 1,
        "channel": channel,
        "sealed": keys.seal(round_id, choice, size=size_for([*ballot_paper.options])),
        "press": press,
    }
    version = None
    if _hold(_SHARE, round_id):
        try:
            version = db.session.execute(_PUT_IN, row).scalar()
        except IntegrityError as error:
            if _violated(error) != SAME_PRESS:
                raise
            db.session.rollback()
    if version is None:
        version = _version_of(round_id, press, voter_key, choice, keys)
    if version is None:
        raise _outside_its_time(round_id)
    return version


def close(round_id: int, *, actor: Actor, now: datetime) -> None:
    """End the casting: who was in is in, nobody comes after. Raises `Conflict` before its time."""
    _hold(_ALONE, round_id)
    closed = db.session.execute(
        update(VoteRound)
        .where(VoteRound.id == round_id, VoteRound.id.in_(queries.due_to_close()))
        .values(state=RoundState.CLOSED, closed_at=func.clock_timestamp())
        .returning(VoteRound.id)
    ).first()
    if closed is None:
        raise Conflict(N_("This vote is closed already, or its time is not over yet."))
    turnout = db.session.scalars(queries.turnout(round_id)).one()
    detail = {"turnout": turnout}
    audit.record(
        "votes.close", account_id=actor.id, subject=_subject(round_id), now=now, detail=detail
    )


def tally(round_id: int, *, keys: Keys, now: datetime) -> Tally:
    """Open and count a closed round; the count that is there already when there is one.

    All or nothing in one transaction, and the same bytes each time. A tie that the rules leave
    open is a count without winners, and the round stays closed. Raises `NotFound`,
    `IllegalTransition` before closing, `SealBroken`.
    """
    _hold(_ALONE, round_id)
    vote_round = db.session.scalars(queries.with_options(round_id)).one_or_none()
    if vote_round is None:
        raise NotFound
    there_already = db.session.scalars(queries.latest_tally(round_id)).one_or_none()
    if there_already is not None:
        return there_already
    state = advance(TRANSITIONS, vote_round.state, RoundState.COUNTED)
    election = election_of(vote_round, choices=_opened(round_id, keys))
    settings = vote_round.counting
    try:
        result = count(election, counting_rules(settings))
    except UndecidedTie as tie:
        made = _undecided(round_id, election, tie, now=now)
    else:
        vote_round.state = state
        made = _decided(round_id, result, now=now)
    db.session.add(made)
    db.session.flush()
    return made


def election_of(vote_round: VoteRound, *, choices: Mapping[tuple[str, ...], int]) -> Election:
    """A round as the count sees it; `vote_round` comes with its options.

    `choices` as they came out of the box: each checked when it was cast, none twice.
    """
    projects = tuple(
        Project(id=o.code, cost=o.cost, name=o.title, columns={"name": o.title})
        for o in sorted(vote_round.options, key=lambda option: option.code)
    )
    index = {project.id: place for place, project in enumerate(projects)}
    ballots = Ballots(
        offsets=np.cumsum([0, *map(len, choices)], dtype=np.int64),
        choices=np.array([index[code] for chosen in choices for code in chosen], dtype=np.int32),
        counts=np.array([*choices.values()], dtype=np.int64),
    )
    return Election(vote_round.budget, projects, ballots)


def choices(round_id: int) -> dict[tuple[str, ...], int]:
    """The opened choices of a round with their number of ballots; empty before it is counted."""
    return {tuple(r.options): r.weight for r in db.session.execute(queries.choices(round_id))}


def _version_of(
    round_id: int, press: UUID, voter_key: bytes, choice: Sequence[str], keys: Keys
) -> int | None:
    """The ballot that this press has cast before; None if it has not. Raises `Conflict`."""
    before = db.session.execute(
        select(Ballot.voter_key, Ballot.version, Ballot.sealed).where(
            Ballot.round_id == round_id, Ballot.press == press
        )
    ).one_or_none()
    if before is None:
        return None
    if before.voter_key != voter_key or not keys.holds(round_id, before.sealed, choice):
        raise Conflict(N_("Your list has changed since you checked it. Check it again."))
    return int(before.version)


def _outside_its_time(round_id: int) -> Conflict:
    before = select(VoteRound.opens_at > func.clock_timestamp()).where(VoteRound.id == round_id)
    if db.session.scalars(before).one():
        return Conflict(N_("This vote has not begun yet."))
    return Conflict(N_("This vote is closed. Your list was not counted."))


def _opened(round_id: int, keys: Keys) -> dict[tuple[str, ...], int]:
    """The choices of a round, opened and stored grouped at the first time."""
    found = choices(round_id)
    if found:
        return found
    sealed = db.session.scalars(queries.sealed_ballots(round_id))
    opened = Counter(keys.open(round_id, one) for one in sealed)
    rows = [
        {"round_id": round_id, "options": list(chosen), "weight": weight}
        for chosen, weight in sorted(opened.items())
    ]
    if rows:
        db.session.execute(insert(Choice), rows)
    return dict(opened)


def _decided(round_id: int, result: Result, *, now: datetime) -> Tally:
    votes = zip(result.election.projects, result.election.votes, strict=True)
    told = {
        **result.to_json(),
        "votes": {project.id: number for project, number in votes},
        "reasons": {
            name: {"code": reason.code, "facts": dict(reason.facts)}
            for name, reason in sorted(result.rejected.items())
        },
    }
    return Tally(
        round_id=round_id,
        version=1,
        ballots=result.election.voters,
        result=told,
        input_hash=result.input_hash,
        result_hash=result.result_hash,
        counted_at=now,
    )


def _undecided(round_id: int, election: Election, tie: UndecidedTie, *, now: datetime) -> Tally:
    result = {"undecided": list(tie.tied)}
    return Tally(
        round_id=round_id,
        version=1,
        ballots=election.voters,
        result=result,
        input_hash=input_hash(election),
        result_hash=fingerprint(result),
        counted_at=now,
    )


def _hold(statement: Any, round_id: int) -> bool:
    """Take the lock of a round, held until the transaction ends; whether it was taken."""
    asked = {"lock": _LOCKS + round_id, "round": round_id}
    return db.session.execute(statement, asked).first() is not None


def _violated(error: IntegrityError) -> str | None:
    """The name of the constraint that was violated."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


def _subject(round_id: int) -> str:
    return f"vote_round/{round_id}"
