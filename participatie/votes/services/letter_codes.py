"""Letter codes: making a batch, entering one, and what happens when a letter goes astray."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert

from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.letter_codes import CodeBatch, LetterCode
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.letter_codes import (
    FIELD,
    MOST_CODES,
    TRANSITIONS,
    Balance,
    BatchKind,
    CodeKind,
    CodeState,
    is_proof,
    new_code,
    read_code,
)
from participatie.votes.rules.rounds import Channel, RollKind, RoundState
from participatie.votes.services.rolls import (
    only_clerks,
    only_the_desk,
    put_on_roll,
    roll_is_not_fixed,
)


class Unknown(Invalid):
    """A code that might have been one of ours and is not: somebody may be trying codes."""


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What goes on one letter. It exists until the answer to this request is sent.

    `along` is what the file of the municipality said beside the BSN: a name, an address.
    """

    batch_id: int
    number: int
    code: str
    along: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Letter({self.batch_id}-{self.number})"


def make_nameless(
    vote_round: VoteRound, number: int, *, kind: BatchKind, keys: Keys, actor: Actor, now: datetime
) -> list[Letter]:
    """Codes for who holds the letter, each with a row of its own on the roll.

    Raises `NotAllowed`, `Invalid`, and `Conflict` when the roll is fixed or takes a log-in.
    """
    only_clerks(actor)
    if vote_round.roll_kind is not RollKind.CODES:
        raise Conflict(N_("A letter without a name is for a vote that takes no log-in."))
    roll_is_not_fixed(vote_round)
    if not 1 <= number <= MOST_CODES:
        raise Invalid(
            N_("Fill in how many letters you need: 1 to %(most)s."), field="number", most=MOST_CODES
        )
    keys.make(vote_round.id)
    voter_keys = [secrets.token_bytes(32) for _ in range(number)]
    put_on_roll(vote_round.id, voter_keys, Channel.CODE)
    return _make(vote_round, voter_keys, kind, CodeKind.NAMELESS, keys, actor=actor, now=now)


def make_personal(
    vote_round: VoteRound,
    voter_keys: Sequence[bytes],
    *,
    kind: BatchKind,
    keys: Keys,
    actor: Actor,
    now: datetime,
) -> list[Letter]:
    """Codes for rows of the roll: such a code and the log-in of that person are one vote.

    Raises `NotAllowed`, and `Conflict` when somebody of them has a code that is out.
    """
    only_clerks(actor)
    _not_over(vote_round)
    if not voter_keys:
        raise Invalid(N_("There is nobody to send a letter to."), field="file")
    if db.session.scalars(letter_queries.codes_out(vote_round.id, voter_keys).limit(1)).first():
        raise Conflict(N_("Somebody on this list has a code already. Revoke that code first."))
    return _make(vote_round, voter_keys, kind, CodeKind.PERSONAL, keys, actor=actor, now=now)


def who_have_one(round_id: int, voter_keys: Sequence[bytes]) -> frozenset[bytes]:
    """Those of these voters who have a code that is out: a list of newcomers can hold them too."""
    out = letter_queries.codes_out(round_id, voter_keys).with_only_columns(LetterCode.voter_key)
    return frozenset(key for key in db.session.scalars(out) if key is not None)


def enter(typed: str, *, keys: Keys) -> LetterCode:
    """The code that somebody fills in, of whatever vote that is not over.

    Raises `Invalid` at its field: for what is no code, for a code that we do not know (`Unknown`),
    for one that was revoked or came back, and for the code of a proof letter.
    """
    code = read_code(typed)
    if is_proof(code):
        raise Invalid(
            N_("This is a proof letter. The letter is all right, but nobody can vote with it."),
            field=FIELD,
        )
    for round_id in db.session.scalars(letter_queries.rounds_with_codes()).all():
        digest = keys.letter_code(round_id, code)
        found = db.session.scalars(letter_queries.code_by_digest(round_id, digest)).one_or_none()
        if found is not None:
            _works(found)
            return found
    raise Unknown(
        N_("We do not know this code. Is it from this vote? Compare it with your letter."),
        field=FIELD,
    )


def revoke(code: LetterCode, *, actor: Actor, now: datetime) -> None:
    """A letter was lost: its code does not work from now on. Raises `IllegalTransition`."""
    _end(code, CodeState.REVOKED, actor=actor, now=now)


def mark_returned(code: LetterCode, *, actor: Actor, now: datetime) -> None:
    """A letter came back. Raises `Conflict` when its code was used, `IllegalTransition`."""
    if db.session.scalars(letter_queries.is_used(code)).one():
        raise Conflict(
            N_("Somebody voted with the code of this letter. Note it as a complaint instead.")
        )
    _end(code, CodeState.RETURNED, actor=actor, now=now)


def reissue(code: LetterCode, *, keys: Keys, actor: Actor, now: datetime) -> Letter:
    """A new code in the place of one that was lost or came back, for the same voter.

    The old one is revoked when it was out. Who voted with it votes again: the last vote counts.
    Raises `NotAllowed`, and `Conflict` when the voter has a newer letter already.
    """
    vote_round = db.session.get_one(VoteRound, code.round_id)
    only_the_desk(actor)
    _not_over(vote_round)
    db.session.get_one(Roll, (code.round_id, code.voter_key), with_for_update=True)
    db.session.refresh(code)
    if code.state is CodeState.OUT:
        revoke(code, actor=actor, now=now)
    newer = db.session.scalars(letter_queries.codes_out(code.round_id, [code.voter_key])).first()
    if newer is not None:
        raise Conflict(
            N_("This voter has a newer letter already: number %(number)s. Fill in that one."),
            number=f"{newer.batch_id}-{newer.number}",
        )
    kind = db.session.get_one(CodeBatch, code.batch_id).code_kind
    made = _make(vote_round, [code.voter_key], BatchKind.REISSUED, kind, keys, actor=actor, now=now)
    return made[0]


def new_letter(
    vote_round: VoteRound, voter_key: bytes, *, keys: Keys, actor: Actor, now: datetime
) -> Letter:
    """A letter for one voter who stands at the desk; the one they had stops working.

    On an open roll they may be new: the desk has seen who they are, as a log-in would. Raises
    `NotAllowed` for who is not on a closed roll, `Conflict` for who has
    a paper ballot and when no more letters go out.
    """
    only_the_desk(actor)
    _not_over(vote_round)
    if vote_round.roll_kind is RollKind.OPEN:
        put_on_roll(vote_round.id, [voter_key], Channel.CODE)
    row = db.session.get(Roll, (vote_round.id, voter_key), with_for_update=True)
    if row is None:
        raise NotAllowed(N_("This person is not on the list of voters of this vote."))
    if row.channel is Channel.PAPER:
        raise Conflict(N_("This person has a paper ballot already."))
    before = db.session.scalars(letter_queries.codes_out(vote_round.id, [voter_key])).one_or_none()
    if before is not None:
        return reissue(before, keys=keys, actor=actor, now=now)
    made = _make(
        vote_round,
        [voter_key],
        BatchKind.REISSUED,
        CodeKind.PERSONAL,
        keys,
        actor=actor,
        now=now,
    )
    return made[0]


def by_number(round_id: int, batch_id: int, number: int) -> LetterCode:
    """The code with a letter number, as «3-214» stands on the letter. Raises `NotFound`."""
    found = db.session.scalars(
        letter_queries.code_by_number(round_id, batch_id, number)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no letter with this number."))
    return found


def balances(round_id: int) -> dict[int, Balance]:
    """Of each batch of a round, by its number, what became of its codes."""
    return {
        row.id: Balance(row.printed, row.used, row.returned, row.revoked, row.unused)
        for row in db.session.execute(letter_queries.batch_balances(round_id))
    }


def _make(
    vote_round: VoteRound,
    voter_keys: Sequence[bytes],
    kind: BatchKind,
    code_kind: CodeKind,
    keys: Keys,
    *,
    actor: Actor,
    now: datetime,
) -> list[Letter]:
    batch = CodeBatch(
        round_id=vote_round.id,
        kind=kind,
        code_kind=code_kind,
        printed=len(voter_keys),
        made_at=now,
        made_by=actor.id,
    )
    db.session.add(batch)
    db.session.flush()
    letters = [Letter(batch.id, number, code) for number, code in _numbered(len(voter_keys))]
    rows = [
        {
            "round_id": vote_round.id,
            "batch_id": batch.id,
            "number": letter.number,
            "digest": keys.letter_code(vote_round.id, letter.code),
            "voter_key": voter_key,
            "state": CodeState.OUT,
        }
        for letter, voter_key in zip(letters, voter_keys, strict=True)
    ]
    db.session.execute(insert(LetterCode), rows)
    detail = {"kind": kind, "printed": batch.printed}
    subject = f"code_batch/{batch.id}"
    audit.record("votes.make_codes", account_id=actor.id, subject=subject, now=now, detail=detail)
    return letters


def _numbered(many: int) -> Iterator[tuple[int, str]]:
    """New codes, no two the same, numbered from one."""
    drawn = dict[str, None]()
    while len(drawn) < many:
        drawn[new_code()] = None
    return enumerate(drawn, 1)


def _works(code: LetterCode) -> None:
    if code.state is CodeState.OUT:
        return
    raise Invalid(
        N_("This code does not work any more. Have you a newer letter? Use that, or call us."),
        field=FIELD,
    )


def _end(code: LetterCode, state: CodeState, *, actor: Actor, now: datetime) -> None:
    """Holds the row, so that two people at two desks do not end one code twice."""
    only_the_desk(actor)
    hold_row(code)
    code.state = advance(TRANSITIONS, code.state, state)
    db.session.flush()
    subject, detail = f"code_batch/{code.batch_id}", {"number": code.number}
    audit.record(
        f"votes.code_{state}", account_id=actor.id, subject=subject, now=now, detail=detail
    )


def _not_over(vote_round: VoteRound) -> None:
    if vote_round.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict(N_("This vote is closed, so no more letters go out."))
