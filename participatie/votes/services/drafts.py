"""Half-made ballots, locked for their owner until they are cast or the vote closes.

It is the one place where a choice stands beside who makes it. Nothing of it is ever counted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.votes.keys import Keys, SealBroken
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.rules.drafts import QUIET, VISITOR
from participatie.votes.services import locks

BLOCK = 2048
"""Bytes: how long a draft is does not tell how much stands in it."""

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was filled in by question, and the press under which it was checked."""

    given: Given = field(default_factory=dict)
    press: UUID | None = None


def kept(owner: bytes, round_id: int, *, keys: Keys) -> Kept:
    """The draft of `owner`; an empty one when there is none."""
    row = db.session.get(VoteDraft, (owner, round_id), populate_existing=True)
    if row is None:
        return Kept()
    try:
        plain = keys.unwrap(owner, row.kept)
    except SealBroken:
        return Kept()  # locked with another key, after a restored backup: the same as no draft
    return Kept(json.loads(plain), row.press)


def keep(
    owner: bytes,
    round_id: int,
    given: Given,
    *,
    keys: Keys,
    now: datetime,
    before: Given | None = None,
) -> None:
    """Keep what was filled in, while the vote is open. What is changed must be checked again.

    `before` is what the caller has just read there, else it is read here. Raises `Conflict`
    outside the time of the vote.
    """
    filled_in = {code: list(answer) for code, answer in given.items() if answer}
    if filled_in == dict(kept(owner, round_id, keys=keys).given if before is None else before):
        return
    if not locks.share(round_id):
        raise Conflict(
            N_(
                "This vote is closed. This list was not cast. "
                "Did you vote before? Then that vote counts."
            )
        )
    if not filled_in:
        forget(owner, round_id)
        return
    plain = json.dumps(filled_in).encode()
    row = {
        "kept": keys.wrap(owner, plain.ljust(-(-len(plain) // BLOCK) * BLOCK)),
        "press": None,
        "updated_at": now,
    }
    db.session.execute(
        insert(VoteDraft)
        .values(owner=owner, round_id=round_id, **row)
        .on_conflict_do_update(constraint="pk_vote_draft", set_=row)
    )


def check(owner: bytes, round_id: int) -> UUID:
    """The number of the press that casts the draft as it is now. Raises `Conflict` without one."""
    press = db.session.scalars(
        update(VoteDraft)
        .where(VoteDraft.owner == owner, VoteDraft.round_id == round_id)
        .values(press=func.coalesce(VoteDraft.press, uuid4()))
        .returning(VoteDraft.press)
    ).one_or_none()
    if press is None:
        raise Conflict(N_("Your ballot is empty. Fill it in first."))
    return press


def take_over(visitor: bytes, owner: bytes, round_id: int, *, keys: Keys, now: datetime) -> None:
    """Give what a visitor filled in to the account that has logged in since.

    It replaces what the account had kept before: it is what this person pressed last.
    """
    given = kept(visitor, round_id, keys=keys).given
    if not given:
        return
    keep(owner, round_id, given, keys=keys, now=now)
    forget(visitor, round_id)


def forget(owner: bytes, round_id: int) -> None:
    """Throw a draft away."""
    db.session.execute(
        delete(VoteDraft).where(VoteDraft.owner == owner, VoteDraft.round_id == round_id)
    )


def forget_quiet(*, now: datetime) -> int:
    """Throw away what visitors left behind without logging in; how many drafts that were."""
    gone = db.session.execute(
        delete(VoteDraft).where(
            func.substring(VoteDraft.owner, 1, len(VISITOR)) == VISITOR,
            VoteDraft.updated_at < now - QUIET,
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def was_cast(round_id: int, press: UUID, voter_key: bytes) -> bool:
    """Whether this press has brought a ballot of this voter to the box."""
    found = select(Ballot.version).where(
        Ballot.round_id == round_id, Ballot.press == press, Ballot.voter_key == voter_key
    )
    return db.session.scalars(found).one_or_none() is not None
