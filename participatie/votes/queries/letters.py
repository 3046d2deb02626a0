"""Letter codes and papers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from participatie.identity.models import Account
from participatie.votes.models.letter_codes import CodeBatch, LetterCode
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile, PileWithdrawal
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries.rounds import NO_REHEARSAL
from participatie.votes.rules.letter_codes import BatchKind, CodeState
from participatie.votes.rules.rounds import Channel, RoundState


def rounds_with_codes() -> Select[int]:
    """Rounds that are not over and of which letters went out, the newest first."""
    return (
        select(VoteRound.id)
        .where(
            VoteRound.state.in_([RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED]),
            VoteRound.discarded_at.is_(None),
            exists().where(CodeBatch.round_id == VoteRound.id),
        )
        .order_by(VoteRound.id.desc())
    )


def code_by_digest(round_id: int, digest: bytes) -> Select[LetterCode]:
    """The letter code that the database knows by `digest`."""
    return select(LetterCode).where(LetterCode.round_id == round_id, LetterCode.digest == digest)


def code_by_number(round_id: int, batch_id: int, number: int) -> Select[LetterCode]:
    """The letter code with a number in a batch of this round."""
    return select(LetterCode).where(
        LetterCode.round_id == round_id,
        LetterCode.batch_id == batch_id,
        LetterCode.number == number,
    )


def code_that_works(round_id: int, code_id: int) -> Select[bytes]:
    """The voter key of a letter code, as long as it is out."""
    return select(LetterCode.voter_key).where(
        LetterCode.round_id == round_id,
        LetterCode.id == code_id,
        LetterCode.state == CodeState.OUT,
    )


def codes_out(round_id: int, voter_keys: Sequence[bytes]) -> Select[LetterCode]:
    """The codes of these voters that are out: at most one of each."""
    keys = bindparam("voter_keys", list(voter_keys), type_=ARRAY(LargeBinary))
    return select(LetterCode).where(
        LetterCode.round_id == round_id,
        LetterCode.state == CodeState.OUT,
        LetterCode.voter_key == any_(keys),
    )


def batches(round_id: int) -> Select[CodeBatch]:
    """The batches of a round, in the order in which they were made."""
    return select(CodeBatch).where(CodeBatch.round_id == round_id).order_by(CodeBatch.id)


VOTED_BY_CODE: ColumnElement[bool] = (Roll.version > 0) & (Roll.channel == Channel.CODE)


def is_used(code: LetterCode) -> Select[bool]:
    """Whether the vote of this voter that counts came in with a code."""
    voted = exists().where(
        Roll.round_id == code.round_id, Roll.voter_key == code.voter_key, VOTED_BY_CODE
    )
    return select(voted)


def batch_balances(round_id: int) -> Select[Any]:
    """Of each batch: what was printed, and its codes by what became of them."""
    is_out = LetterCode.state == CodeState.OUT

    def number(what: ColumnElement[bool]) -> Any:
        return func.count(LetterCode.id).filter(what)

    return (
        select(
            CodeBatch.id,
            CodeBatch.printed,
            number(is_out & VOTED_BY_CODE).label("used"),
            number(LetterCode.state == CodeState.RETURNED).label("returned"),
            number(LetterCode.state == CodeState.REVOKED).label("revoked"),
            number(is_out & ~VOTED_BY_CODE).label("unused"),
        )
        .outerjoin(LetterCode, LetterCode.batch_id == CodeBatch.id)
        .outerjoin(
            Roll,
            and_(Roll.round_id == LetterCode.round_id, Roll.voter_key == LetterCode.voter_key),
        )
        .where(CodeBatch.round_id == round_id)
        .group_by(CodeBatch.id)
    )


_PRINTED = (
    select(func.coalesce(func.sum(CodeBatch.printed), 0).cast(BigInteger))
    .where(CodeBatch.round_id == VoteRound.id, CodeBatch.kind != BatchKind.REISSUED)
    .correlate(VoteRound)
    .scalar_subquery()
)


def reissued() -> Select[Any]:
    """Who gave out new codes in which vote: how many, and how many in the busiest hour and day;
    beside the `letters` of that vote.
    """
    given = (
        select(
            CodeBatch.round_id,
            CodeBatch.made_by,
            CodeBatch.printed,
            _given_in("hour").label("in_an_hour"),
            _given_in("day").label("in_a_day"),
        )
        .where(CodeBatch.kind == BatchKind.REISSUED)
        .subquery()
    )
    return (
        select(
            given.c.round_id,
            VoteRound.title,
            VoteRound.roll_kind,
            given.c.made_by,
            Account.public_name,
            Account.email,
            func.sum(given.c.printed).cast(BigInteger).label("codes"),
            func.max(given.c.in_an_hour).label("in_an_hour"),
            func.max(given.c.in_a_day).label("in_a_day"),
            _PRINTED.label("letters"),
        )
        .join(VoteRound, VoteRound.id == given.c.round_id)
        .join(Account, Account.id == given.c.made_by)
        .where(NO_REHEARSAL)
        .group_by(given.c.round_id, VoteRound.id, given.c.made_by, Account.id)
        .order_by(given.c.round_id, given.c.made_by)
    )


def _given_in(span: str) -> ColumnElement[int]:
    """How many codes one person gave out in a vote in the same hour or day as this one.

    The day of UTC begins at night here, when no desk is open.
    """
    begins = func.date_trunc(span, CodeBatch.made_at, literal("UTC"))
    same = [CodeBatch.round_id, CodeBatch.made_by, begins]
    return func.sum(CodeBatch.printed).over(partition_by=same).cast(BigInteger)


def piles(round_id: int) -> Select[PaperPile]:
    """The piles of paper ballots of a round that were not taken back, by their number."""
    taken_back = exists().where(PileWithdrawal.pile_id == PaperPile.id)
    return (
        select(PaperPile)
        .where(PaperPile.round_id == round_id, ~taken_back)
        .order_by(PaperPile.number)
    )


def papers(pile_id: int, turn: int) -> Select[PaperBallot]:
    """A pile as one of the two typed it."""
    return select(PaperBallot).where(PaperBallot.pile_id == pile_id, PaperBallot.turn == turn)


def papers_given(round_id: int) -> Select[int]:
    """How many voters got a paper ballot."""
    return (
        select(func.count())
        .select_from(Roll)
        .where(Roll.round_id == round_id, Roll.channel == Channel.PAPER, Roll.version > 0)
    )
