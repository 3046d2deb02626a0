"""Putting one ballot in the box: by the clock of the database, in one transaction."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed, NotFound
from participatie.votes.keys import Keys, Receipt, seal
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules import board
from participatie.votes.rules.kinds import Choice, Option, Question
from participatie.votes.rules.papers import Paper, written
from participatie.votes.rules.rounds import Channel, RollKind, Voter
from participatie.votes.services import locks
from participatie.votes.services.papers import grouped
from participatie.votes.services.rights import ON_PAPER

MOST_PAPERS = 32  # that a process remembers
SAME_PRESS = "uq_ballot_round_id_press"

_BOX = select(VoteRound.rules_hash, VoteRound.seal_public).where(
    VoteRound.id == bindparam("round", type_=VoteRound.id.type)
)
_ON_ROLL = (
    select(Roll.round_id)
    .where(Roll.round_id == VoteRound.id, Roll.voter_key == bindparam("voter_key"))
    .exists()
)
_TURN = (
    upsert(Roll)
    .from_select(
        ["round_id", "voter_key", "version", "channel"],
        select(
            VoteRound.id,
            bindparam("voter_key", type_=Roll.voter_key.type),
            bindparam("first", 1),
            bindparam("channel", type_=Roll.channel.type),
        ).where(
            VoteRound.id == bindparam("round"),
            round_queries.OPEN_NOW,
            or_(VoteRound.roll_kind == RollKind.OPEN, _ON_ROLL),
        ),
    )
    .on_conflict_do_update(
        constraint="pk_roll",
        set_={"version": Roll.version + 1, "channel": bindparam("channel")},
        where=Roll.channel != Channel.PAPER,
    )
    .returning(Roll.round_id, Roll.voter_key, Roll.version)
    .cte("turn")
)
_FORGET = (
    delete(VoteDraft)
    .where(VoteDraft.round_id == _TURN.c.round_id, VoteDraft.owner == bindparam("owner"))
    .returning(VoteDraft.round_id)
    .cte("forget")
)
_PUT_IN = (
    insert(Ballot)
    .from_select(
        ["round_id", "voter_key", "version", "sealed", "press", "digest", "code", "leaf"],
        select(
            *_TURN.c,
            bindparam("sealed", type_=Ballot.sealed.type),
            bindparam("press", type_=Ballot.press.type),
            bindparam("digest", type_=Ballot.digest.type),
            bindparam("code", type_=Ballot.code.type),
            bindparam("leaf", type_=Ballot.leaf.type),
        ),
    )
    .add_cte(_FORGET)
    .returning(Ballot.version)
    .execution_options(dml_strategy="raw")
)
"""The row of the voter and the ballot in one statement; no row outside the time of the vote.

The board hears of it later, together with others: see `board.take_up`.
"""


@dataclass(frozen=True, slots=True)
class Box:
    """What a round casts with: its paper, the key that seals, and how long each choice is."""

    round_id: int
    paper: Paper
    size: int
    seal_public: bytes


def paper(round_id: int, rules_hash: str | None = None) -> Paper:
    """The ballot paper of a round; each process reads one under fixed rules once.

    Raises `NotFound`.
    """
    return _fixed_paper(round_id, rules_hash)[0] if rules_hash else _paper(_rows(round_id))


def box(round_id: int, rules_hash: str | None, seal_public: bytes | None) -> Box:
    """The box of a round. Raises `Conflict` while it has no key, as before the vote opens.

    What fixed rules hold never changes, so each process reads a paper under them once.
    """
    if seal_public is None:
        raise _outside_its_time(round_id)
    read = _fixed_paper if rules_hash else _measured_paper
    found, size = read(round_id, rules_hash)
    return Box(round_id, found, size, seal_public)


def cast(
    round_id: int,
    given: Sequence[Sequence[str]],
    *,
    voter: Voter,
    press: UUID,
    keys: Keys,
    owner: bytes | None,
) -> Receipt:
    """Put one ballot in the box; the receipt is true once the transaction is committed.

    `given` answers each question. `press` is the number of one press on the button: the same press
    again is the same ballot, once, with the same receipt. The last ballot of a voter counts. The
    draft of `owner` is gone with it. It is a transaction of its own: what else the caller did in
    it may be undone. Raises `Invalid` for an answer that does not fit, `NotAllowed` for who is not
    on the roll, `Conflict` outside the time of the vote and for a press that was used for
    something else.
    """
    found = db.session.connection().execute(_BOX, {"round": round_id}).one_or_none()
    if found is None:
        raise NotFound
    receipt = keys.receipt(round_id, voter.key, press)
    put_in(box(round_id, *found), given, voter=voter, press=press, receipt=receipt, owner=owner)
    return receipt


def put_in(
    into: Box,
    given: Sequence[Sequence[str]],
    *,
    voter: Voter,
    press: UUID,
    receipt: Receipt,
    owner: bytes | None,
) -> None:
    """Put one ballot in the box, as `cast` does it."""
    choice = into.paper.check(given)
    digest = digest_of(choice, receipt)
    if locks.share(into.round_id):
        sealed = sealed_ballot(choice, receipt, into.seal_public, size=into.size)
        body = board.cast_body(into.round_id, sealed=sealed, code=receipt.code)
        row = {
            "round": into.round_id,
            "voter_key": voter.key,
            "first": 1,
            "channel": voter.channel,
            "owner": owner,
            "sealed": sealed,
            "press": press,
            "digest": digest,
            "code": board.code_digest(into.round_id, receipt.code),
            "leaf": board.leaf(body),
        }
        if _put_in(row):
            return
    if not _was_cast(into.round_id, press, voter.key, digest):
        raise _refusal(into.round_id, voter)


def sealed_ballot(choice: Choice, receipt: Receipt, seal_public: bytes, *, size: int) -> bytes:
    """What goes in the box: as long as every ballot of a paper of this `size`."""
    size += len(_plain((), receipt))
    return seal(seal_public, _plain(choice, receipt), size=size)


def digest_of(choice: Choice, receipt: Receipt) -> bytes:
    """What says whether the same press brought the same list, and nothing else."""
    return hmac.digest(receipt.nonce, written(choice), "sha256")


def opened(plain: bytes) -> Choice:
    """The choice in what was sealed."""
    return tuple(tuple(answer) for answer in json.loads(plain)["choice"])


def _measured_paper(round_id: int, _rules_hash: str | None) -> tuple[Paper, int]:
    """A paper, and the bytes that hold each choice on it."""
    read = paper(round_id)
    return read, read.size


_fixed_paper = lru_cache(maxsize=MOST_PAPERS)(_measured_paper)


def _rows(round_id: int) -> Sequence[Any]:
    rows = db.session.execute(round_queries.PAPER, {"round": round_id}).all()
    if not rows:
        raise NotFound
    return rows


def _paper(rows: Sequence[Any]) -> Paper:
    groups = grouped((row.code, row.group_title, row.group_most) for row in rows if row.group_title)
    return Paper(tuple(map(_question, rows)), rows[0].most_answered, groups)


def _question(row: Any) -> Question:
    options = map(Option, row.codes or (), row.titles or (), row.costs or (), row.texts or ())
    return Question(
        code=row.code,
        kind=row.kind,
        title=row.title,
        minimum=row.minimum,
        maximum=row.maximum,
        budget=row.budget,
        least_money=row.least_money,
        most_money=row.most_money,
        options={option.code: option for option in options},
    )


def _plain(choice: Choice, receipt: Receipt) -> bytes:
    """What is sealed: the choice, its control code and a nonce."""
    facts = {"choice": choice, "code": receipt.code, "nonce": receipt.nonce.hex()}
    return json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _put_in(row: dict[str, Any]) -> bool:
    """Whether the ballot is in the box now; not when the press was used before."""
    try:
        return db.session.connection().execute(_PUT_IN, row).scalar() is not None
    except IntegrityError as error:
        if _violated(error) != SAME_PRESS:
            raise
        db.session.rollback()
        return False


def _was_cast(round_id: int, press: UUID, voter_key: bytes, digest: bytes) -> bool:
    """Whether this press has cast this ballot before. Raises `Conflict` when it cast another."""
    before = db.session.execute(
        select(Ballot.voter_key, Ballot.digest).where(
            Ballot.round_id == round_id, Ballot.press == press
        )
    ).one_or_none()
    if before is None:
        return False
    if before.voter_key != voter_key or not hmac.compare_digest(before.digest, digest):
        raise Conflict(N_("Your list has changed since you checked it. Check it again."))
    return True


def _refusal(round_id: int, voter: Voter) -> Conflict | NotAllowed:
    open_now = select(VoteRound.id).where(VoteRound.id == round_id, round_queries.OPEN_NOW)
    if db.session.scalars(open_now).one_or_none() is None:
        return _outside_its_time(round_id)
    row = db.session.get(Roll, (round_id, voter.key))
    if row is not None and row.channel is Channel.PAPER:
        return Conflict(ON_PAPER)
    return NotAllowed(
        N_("You are not on the list of voters of this vote. Is that wrong? Call the municipality.")
    )


def _outside_its_time(round_id: int) -> Conflict:
    before = select(VoteRound.opens_at > func.clock_timestamp()).where(VoteRound.id == round_id)
    if db.session.scalars(before).one():
        return Conflict(N_("This vote has not begun yet."))
    return Conflict(
        N_(
            "This vote is closed. This list was not cast. "
            "Did you vote before? Then that vote counts."
        )
    )


def _violated(error: IntegrityError) -> str | None:
    """The name of the constraint that was violated."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)
