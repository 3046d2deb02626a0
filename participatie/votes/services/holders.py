"""Key holders: making their files, proving that these work, and opening a closed vote with two."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select

from participatie.core import audit
from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Choice
from participatie.votes.models.holders import KeyHolder
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.holders import LETTERS, Named, check_named
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.sealer.holders import (
    MODERATE,
    Brought,
    Strength,
    WrongPhrase,
    joined,
    proven,
    split,
)
from participatie.votes.services import locks


def make(
    round_id: int,
    named: Sequence[Named],
    *,
    keys: Keys,
    actor: Actor,
    now: datetime,
    strength: Strength = MODERATE,
) -> None:
    """Divide a new key of a round among three people; what was made before counts no longer.

    Their files wait, wrapped, until each is fetched once. The key itself is kept nowhere.
    Raises `NotFound`, `NotAllowed`, `Conflict` once the rules are fixed, and `Invalid`.
    """
    vote_round = _in_preparation(round_id, actor)
    check_named(named)
    made = split(round_id, [one.phrase for one in named], strength=strength)
    db.session.execute(delete(KeyHolder).where(KeyHolder.round_id == round_id))
    for letter, one, file in zip(LETTERS, named, made.files, strict=True):
        db.session.add(
            KeyHolder(
                round_id=round_id,
                letter=letter,
                name=" ".join(one.name.split()),
                file_hash=_hash(file),
                waiting=keys.wrap(_owner(round_id, letter), file),
            )
        )
    vote_round.seal_public, vote_round.head_public = made.public, keys.make(round_id).head
    db.session.flush()
    _record("make", round_id, list(LETTERS), actor=actor, now=now)


def fetch(round_id: int, letter: str, *, keys: Keys, actor: Actor, now: datetime) -> bytes:
    """The file of one holder, for the one time that it is given.

    Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    _in_preparation(round_id, actor)
    holder = db.session.get(KeyHolder, (round_id, letter), populate_existing=True)
    if holder is None:
        raise NotFound
    if holder.waiting is None:
        raise Conflict(
            N_("This file was fetched already. Did nobody get it? Then make the keys again.")
        )
    file = keys.unwrap(_owner(round_id, letter), holder.waiting)
    holder.waiting = None
    _record("fetch", round_id, [letter], actor=actor, now=now)
    return file


def prove(round_id: int, brought: Brought, *, actor: Actor, now: datetime) -> KeyHolder:
    """A holder shows that file and pass phrase are there and fit.

    The file is the one that was made, byte for byte, so it opens the vote with any other of the
    three. Raises `NotFound`, `NotAllowed`, `Conflict`, and `Invalid` for `file` and `phrase`.
    """
    vote_round = _in_preparation(round_id, actor)
    holder = _of_file(round_id, brought.file, field="file")
    try:
        proven(round_id, vote_round.seal_public or b"", brought)
    except WrongPhrase:
        raise _wrong_phrase(holder, field="phrase") from None
    holder.waiting, holder.proven_at = None, now
    _record("prove", round_id, [holder.letter], actor=actor, now=now)
    return holder


def bring(
    round_id: int, pair: tuple[Brought, Brought], *, keys: Keys, actor: Actor, now: datetime
) -> None:
    """Two holders open a closed round: who keeps the keys holds theirs, until it is counted.

    Raises `NotFound`, `NotAllowed`, `Conflict`, and `Invalid` for `file_1`, `phrase_1` and so on.
    """
    vote_round = _heavy(round_id, actor)
    check_waiting(vote_round)
    first, second = (
        _of_file(round_id, one.file, field=f"file_{place}") for place, one in enumerate(pair, 1)
    )
    if first.letter == second.letter:
        raise Invalid(
            N_("This is the same file twice. Two different key holders must come."), field="file_2"
        )
    try:
        opening = joined(round_id, vote_round.seal_public or b"", pair)
    except WrongPhrase as error:
        place, holder = (1, first) if error.holder == first.letter else (2, second)
        raise _wrong_phrase(holder, field=f"phrase_{place}") from None
    keys.hold(round_id, opening)
    _record("open", round_id, [first.letter, second.letter], actor=actor, now=now)


def check_proven(vote_round: VoteRound) -> None:
    """Refuse to open a heavy round until each of three holders proved their key.

    Raises `Invalid`.
    """
    if vote_round.grade is not Grade.HEAVY:
        return
    held = db.session.scalars(act_queries.key_holders(vote_round.id)).all()
    if len(held) != len(LETTERS):
        raise Invalid(N_("Make the keys first: three key holders must each have a file."))
    if not all(holder.proven_at for holder in held):
        raise Invalid(
            N_("Not every key holder has shown that their key works. Let them prove it first.")
        )


def check_in_preparation(vote_round: VoteRound) -> None:
    """Refuse to touch the keys once the rules are fixed. Raises `Conflict`."""
    locks.hold_draft(vote_round)


def check_waiting(vote_round: VoteRound) -> None:
    """Refuse keys for a round that is not closed, or is opened already. Raises `Conflict`."""
    if vote_round.state is not RoundState.CLOSED or _is_opened(vote_round.id):
        raise Conflict(N_("This vote is not waiting for its key holders."))


def is_waited_for(vote_round: VoteRound, *, keys: Keys) -> bool:
    """Whether a round can only be counted once two key holders brought their keys."""
    return (
        vote_round.grade is Grade.HEAVY
        and not _is_opened(vote_round.id)
        and not keys.is_held(vote_round.id, vote_round.seal_public or b"")
    )


def who_opened(round_id: int) -> list[str]:
    """The names of the two whose keys opened a round; nobody where it has no key holders."""
    opened = select(AuditEntry.detail).where(
        AuditEntry.act == "votes.holders.open", AuditEntry.subject == f"vote_round/{round_id}"
    )
    told = db.session.scalars(opened.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    letters = told["holders"] if told else []
    found = act_queries.key_holders(round_id).where(KeyHolder.letter.in_(letters))
    return [holder.name for holder in db.session.scalars(found)]


def _in_preparation(round_id: int, actor: Actor) -> VoteRound:
    vote_round = _heavy(round_id, actor)
    check_in_preparation(vote_round)
    return vote_round


def _heavy(round_id: int, actor: Actor) -> VoteRound:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality does this."))
    locks.have_alone(round_id)
    vote_round = db.session.get(VoteRound, round_id, populate_existing=True)
    if vote_round is None or vote_round.grade is not Grade.HEAVY:
        raise NotFound
    return vote_round


def _of_file(round_id: int, file: bytes, *, field: str) -> KeyHolder:
    """Whose file this is: only the three that were made are ever read."""
    found = act_queries.key_holders(round_id).where(KeyHolder.file_hash == _hash(file))
    holder = db.session.scalars(found).one_or_none()
    if holder is None:
        raise Invalid(
            N_("This is not a key file of this vote. Choose the file that was made for it."),
            field=field,
        )
    return holder


def _wrong_phrase(holder: KeyHolder, *, field: str) -> Invalid:
    return Invalid(
        N_("This is not the pass phrase of %(name)s. Type it again, in small and big letters."),
        field=field,
        name=holder.name,
    )


def _is_opened(round_id: int) -> bool:
    return bool(db.session.scalars(select(exists().where(Choice.round_id == round_id))).one())


def _hash(file: bytes) -> bytes:
    return hashlib.sha256(file).digest()


def _owner(round_id: int, letter: str) -> bytes:
    """Whom a waiting file is wrapped for; no owner of a draft is called so."""
    return f"key-holder/{round_id}/{letter}".encode()


def _record(step: str, round_id: int, letters: list[str], *, actor: Actor, now: datetime) -> None:
    audit.record(
        f"votes.holders.{step}",
        account_id=actor.id,
        subject=f"vote_round/{round_id}",
        now=now,
        detail={"holders": letters},
    )
