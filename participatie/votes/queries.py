"""Finding rounds, how many took part, and counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import selectinload

from participatie.identity.models import Account
from participatie.identity.rules import STAFF, Role
from participatie.processes.models import Process
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Ballot, Choice, Tally
from participatie.votes.models.board import (
    BoardCounter,
    BoardEntry,
    BoardHead,
    CountFault,
    EntryStatus,
)
from participatie.votes.models.holders import KeyHolder
from participatie.votes.models.letter_codes import CodeBatch, LetterCode
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile
from participatie.votes.models.rounds import Roll, VoteOption, VoteQuestion, VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind, Status
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.letter_codes import CodeState
from participatie.votes.rules.rounds import Channel, Grade, RoundState

OPEN_NOW: ColumnElement[bool] = (VoteRound.state == RoundState.OPEN) & func.tstzrange(
    VoteRound.opens_at, VoteRound.closes_at
).op("@>")(func.clock_timestamp())
"""Whether a vote can be cast: by the clock of the database, from the start, not at the end."""

_PUBLIC = (
    VoteRound.rules_hash.is_not(None) | (VoteRound.state != RoundState.DRAFT),
    VoteRound.process_id.is_(None) | Process.published_at.is_not(None),
)

_DIVIDES_MONEY: ColumnElement[bool] = exists().where(
    VoteQuestion.round_id == VoteRound.id, VoteQuestion.kind == BallotKind.KNAPSACK
)


def _gathered(column: Any) -> Any:
    of_options = func.array_agg(aggregate_order_by(column, VoteOption.id))
    return of_options.filter(VoteOption.id.is_not(None))


PAPER: Select[Any] = (
    select(
        VoteRound.seal_public,
        VoteQuestion.code,
        VoteQuestion.kind,
        VoteQuestion.title,
        VoteQuestion.minimum,
        VoteQuestion.maximum,
        VoteQuestion.budget,
        _gathered(VoteOption.code).label("codes"),
        _gathered(VoteOption.title).label("titles"),
        _gathered(VoteOption.cost).label("costs"),
        _gathered(VoteOption.text).label("texts"),
    )
    .select_from(VoteRound)
    .join(VoteQuestion, VoteQuestion.round_id == VoteRound.id)
    .outerjoin(VoteOption, VoteOption.question_id == VoteQuestion.id)
    .where(VoteRound.id == bindparam("round"))
    .group_by(VoteRound.id, VoteQuestion.id)
    .order_by(VoteQuestion.position)
)
"""The ballot paper of `round`: a row for each question, and the key that seals what is cast.

Made once: every cast asks it.
"""


def with_questions(round_id: int) -> Select[VoteRound]:
    """A round with what is asked and what may be chosen."""
    asked = selectinload(VoteRound.questions).selectinload(VoteQuestion.options)
    return select(VoteRound).where(VoteRound.id == round_id).options(asked)


def public_round(round_id: int) -> Select[VoteRound]:
    """A round that everybody may know of, with what is asked: its rules are fixed.

    Of a round in a process: that process is published.
    """
    return with_questions(round_id).outerjoin(Process).where(*_PUBLIC)


def polls() -> Select[VoteRound]:
    """All rounds that divide no money, those that are being set up too, the newest first."""
    return select(VoteRound).where(~_DIVIDES_MONEY).order_by(VoteRound.id.desc())


def public_polls() -> Select[VoteRound]:
    """The rounds that everybody may know of and that divide no money, the newest first."""
    return (
        select(VoteRound)
        .outerjoin(Process)
        .where(*_PUBLIC, ~_DIVIDES_MONEY)
        .order_by(VoteRound.opens_at.desc(), VoteRound.id.desc())
    )


def turnout(round_id: int) -> Select[int]:
    """How many voters have cast a vote; nothing about what."""
    return select(func.count()).select_from(Roll).where(Roll.round_id == round_id, Roll.version > 0)


def times_cast(round_id: int, voter_key: bytes) -> Select[int]:
    """How often one voter has cast; no row for who is not on the roll."""
    return select(Roll.version).where(Roll.round_id == round_id, Roll.voter_key == voter_key)


def ballots_with_entries(round_id: int) -> Select[Any]:
    """Every ballot with its entry on the board, voter by voter in the order of casting."""
    entry = (BoardEntry.round_id == Ballot.round_id) & (BoardEntry.seq == Ballot.seq)
    return (
        select(Ballot.voter_key, Ballot.sealed, Ballot.seq, BoardEntry.body, Roll.channel)
        .join(Roll, (Roll.round_id == Ballot.round_id) & (Roll.voter_key == Ballot.voter_key))
        .outerjoin(BoardEntry, entry & (BoardEntry.kind == EntryKind.CAST))
        .where(Ballot.round_id == round_id)
        .order_by(Ballot.voter_key, Ballot.version)
    )


def cast_entries(round_id: int) -> Select[int]:
    """The places of the casts on a board."""
    return select(BoardEntry.seq).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.CAST
    )


def cast_by_code(round_id: int, digest: str) -> Select[int, Status | None]:
    """The cast with a control code: its place, and its status once the round is published."""
    return (
        select(BoardEntry.seq, EntryStatus.status)
        .outerjoin(
            VoteRound,
            (VoteRound.id == BoardEntry.round_id) & (VoteRound.state == RoundState.PUBLISHED),
        )
        .outerjoin(
            EntryStatus,
            (EntryStatus.round_id == VoteRound.id) & (EntryStatus.seq == BoardEntry.seq),
        )
        .where(
            BoardEntry.round_id == round_id,
            BoardEntry.kind == EntryKind.CAST,
            BoardEntry.body["code"].astext == digest,
        )
    )


def annulled(round_id: int) -> Select[int]:
    """The places of the entries that were annulled, each by an entry of its own."""
    return select(BoardEntry.body["entry"].as_integer()).where(
        BoardEntry.round_id == round_id, BoardEntry.kind == EntryKind.ANNUL
    )


def with_status(round_id: int, status: Status) -> Select[int]:
    """How many cast entries have this status."""
    return (
        select(func.count())
        .select_from(EntryStatus)
        .where(EntryStatus.round_id == round_id, EntryStatus.status == status)
    )


def leaves(round_id: int, start: int, end: int) -> Select[bytes]:
    """What the tree holds of the entries of a board from `start` up to `end`."""
    return (
        select(BoardEntry.leaf)
        .where(BoardEntry.round_id == round_id, BoardEntry.seq >= start, BoardEntry.seq < end)
        .order_by(BoardEntry.seq)
    )


def leaf_hashes(round_id: int) -> Select[int, int, bytes]:
    """The entries of a board as subtrees of level 0."""
    return select(literal(0), BoardEntry.seq, BoardEntry.leaf).where(
        BoardEntry.round_id == round_id
    )


def without_head() -> Select[int]:
    """Rounds with entries that no head covers."""
    covered = exists().where(
        BoardHead.round_id == BoardCounter.round_id, BoardHead.size >= BoardCounter.size
    )
    grown = select(BoardCounter.round_id).where(BoardCounter.size > 0, ~covered)
    return grown.order_by(BoardCounter.round_id)


def choices(round_id: int) -> Select[int, list[str], int]:
    """The opened answers to each question, each with its number of ballots, in one order."""
    return (
        select(Choice.question_id, Choice.answer, Choice.weight)
        .where(Choice.round_id == round_id)
        .order_by(Choice.question_id, Choice.answer)
    )


def tallies(round_id: int) -> Select[Tally]:
    """The newest count of each question, also one that nobody may see yet."""
    newest = select(func.max(Tally.version)).where(Tally.round_id == round_id).scalar_subquery()
    return (
        select(Tally)
        .join(VoteQuestion, VoteQuestion.id == Tally.question_id)
        .where(Tally.round_id == round_id, Tally.version == newest)
        .order_by(VoteQuestion.position)
    )


def latest_tally(round_id: int) -> Select[Tally]:
    """The newest count of the first question, also one that nobody may see yet."""
    return tallies(round_id).limit(1)


def visible_tally(round_id: int) -> Select[Tally]:
    """The published count of the first question: before that nobody sees one, staff neither."""
    return visible_tallies(round_id).limit(1)


def visible_tallies(round_id: int) -> Select[Tally]:
    """The count of each question that was published last; none before publishing.

    This is the one gate: whoever shows a count to the public asks it here.
    """
    shown = published_results(round_id).limit(1).subquery()
    return (
        select(Tally)
        .join(VoteQuestion, VoteQuestion.id == Tally.question_id)
        .join(shown, and_(shown.c.round_id == Tally.round_id, shown.c.version == Tally.version))
        .order_by(VoteQuestion.position)
    )


def published_results(round_id: int) -> Select[PublishedResult]:
    """What was published of a round, the newest first."""
    return (
        select(PublishedResult)
        .where(PublishedResult.round_id == round_id)
        .order_by(PublishedResult.number.desc(), PublishedResult.is_final.desc())
    )


def acts(round_id: int) -> Select[VoteAct]:
    """What was asked in a round, the newest first."""
    return select(VoteAct).where(VoteAct.round_id == round_id).order_by(VoteAct.id.desc())


def pending_acts(account_id: int) -> Select[VoteAct, VoteRound]:
    """What waits for somebody else's word, oldest first, in rounds that `account_id` may close.

    A round that names nobody is for everybody of the staff.
    """
    named = (VoteRound.clerk_id, VoteRound.second_id, VoteRound.substitute_id)
    mine = or_(and_(*(one.is_(None) for one in named)), *(one == account_id for one in named))
    return (
        select(VoteAct, VoteRound)
        .join(VoteRound, VoteRound.id == VoteAct.round_id)
        .where(VoteAct.confirmed_at.is_(None), VoteAct.refused_at.is_(None), mine)
        .order_by(VoteAct.id)
    )


def confirmed(round_id: int, act: Act) -> Select[VoteAct]:
    """The acts of one kind that two people did in a round, in order."""
    return (
        select(VoteAct)
        .where(VoteAct.round_id == round_id, VoteAct.act == act, VoteAct.confirmed_at.is_not(None))
        .order_by(VoteAct.id)
    )


_COUNTS_ASKED: Any = (
    select(1 + func.count())
    .select_from(VoteAct)
    .where(
        VoteAct.round_id == VoteRound.id,
        VoteAct.act.in_([Act.LOT, Act.RECOUNT]),
        VoteAct.confirmed_at.is_not(None),
    )
    .correlate(VoteRound)
    .scalar_subquery()
)
"""How many counts a round needs: one, and one more for each lot and each recount."""


def counts_asked(round_id: int) -> Select[int]:
    """The version that the newest count of a round must have."""
    return select(_COUNTS_ASKED).where(VoteRound.id == round_id)


def due_to_publish() -> Select[VoteAct]:
    """What two people agreed to publish and of which the moment has come."""
    published = exists().where(PublishedResult.act_id == VoteAct.id)
    moment = func.coalesce(VoteAct.terms["at"].as_float(), 0)
    return (
        select(VoteAct)
        .where(
            VoteAct.act == Act.PUBLISH,
            VoteAct.confirmed_at.is_not(None),
            ~published,
            moment <= func.extract("epoch", func.clock_timestamp()),
        )
        .order_by(VoteAct.id)
    )


def rounds() -> Select[VoteRound]:
    """All rounds, the newest first."""
    return select(VoteRound).order_by(VoteRound.id.desc())


def staff_who_close() -> Select[Account]:
    """Who can be named to close a vote: clerks, administrators and second persons."""
    roles = sorted(STAFF & {Role.CLERK, Role.ADMINISTRATOR, Role.SECOND})
    return (
        select(Account)
        .where(Account.roles.overlap(roles), Account.blocked_at.is_(None))
        .order_by(Account.public_name, Account.id)
    )


def voters_by_channel(round_id: int) -> Select[Channel, int]:
    """How many voters came in by each channel, by their last cast: `channel` and `voters`."""
    return (
        select(Roll.channel, func.count().label("voters"))
        .where(Roll.round_id == round_id, Roll.version > 0)
        .group_by(Roll.channel)
        .order_by(Roll.channel)
    )


def due_to_open() -> Select[int]:
    """Rounds with frozen rules whose time has come."""
    return select(VoteRound.id).where(
        VoteRound.state == RoundState.DRAFT,
        VoteRound.rules_hash.is_not(None),
        func.tstzrange(VoteRound.opens_at, VoteRound.closes_at).op("@>")(func.clock_timestamp()),
    )


def due_to_close() -> Select[int]:
    """Open rounds whose time is over."""
    return select(VoteRound.id).where(
        VoteRound.state == RoundState.OPEN, VoteRound.closes_at <= func.clock_timestamp()
    )


def due_to_count() -> Select[int]:
    """Rounds of which the count that is asked for is not made, and nothing blocks it.

    The first is asked by closing for the grade licht, else by two people who finalise.
    """
    finalised: Any = exists().where(
        VoteAct.round_id == VoteRound.id,
        VoteAct.act == Act.FINALISE,
        VoteAct.confirmed_at.is_not(None),
    )
    counted: Any = exists().where(Tally.round_id == VoteRound.id, Tally.version >= _COUNTS_ASKED)
    blocked: Any = exists().where(CountFault.round_id == VoteRound.id)
    return select(VoteRound.id).where(
        VoteRound.state.in_([RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED]),
        or_(VoteRound.grade == Grade.LIGHT, finalised, VoteRound.state != RoundState.CLOSED),
        exists().where(VoteQuestion.round_id == VoteRound.id),
        ~counted,
        ~blocked,
    )


def count_fault(round_id: int) -> Select[CountFault]:
    """Why a round cannot be counted, if it cannot."""
    return select(CountFault).where(CountFault.round_id == round_id)


def closed_heavy() -> Select[VoteRound]:
    """Rounds of the grade zwaar that are closed and not counted, the longest waiting first."""
    return (
        select(VoteRound)
        .where(VoteRound.state == RoundState.CLOSED, VoteRound.grade == Grade.HEAVY)
        .order_by(VoteRound.closed_at)
    )


def with_key_holders() -> Select[VoteRound]:
    """Rounds of the grade zwaar for which key holders still have to do something."""
    return (
        select(VoteRound)
        .where(
            VoteRound.grade == Grade.HEAVY,
            VoteRound.state.in_([RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED]),
        )
        .order_by(VoteRound.closes_at, VoteRound.id)
    )


def key_holders(round_id: int) -> Select[KeyHolder]:
    """Who holds the key of a round, by letter."""
    return select(KeyHolder).where(KeyHolder.round_id == round_id).order_by(KeyHolder.letter)


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next round opens or closes after `moment`."""
    both = union_all(select(VoteRound.opens_at.label("at")), select(VoteRound.closes_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)


def rounds_with_codes() -> Select[int]:
    """Rounds that are not over and of which letters went out, the newest first."""
    return (
        select(VoteRound.id)
        .where(
            VoteRound.state.in_([RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED]),
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


def on_roll(round_id: int) -> Select[int]:
    """How many may vote as far as the roll knows."""
    return select(func.count()).select_from(Roll).where(Roll.round_id == round_id)


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


def piles(round_id: int) -> Select[PaperPile]:
    """The piles of paper ballots of a round, by their number."""
    return select(PaperPile).where(PaperPile.round_id == round_id).order_by(PaperPile.number)


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


def turnout_by_channel(round_id: int) -> Select[Channel, int]:
    """How many voted by each road; nothing about what."""
    return (
        select(Roll.channel, func.count())
        .where(Roll.round_id == round_id, Roll.version > 0)
        .group_by(Roll.channel)
        .order_by(Roll.channel)
    )


def open_rounds() -> Select[VoteRound]:
    """The rounds in which a vote can be cast now, the first to close first."""
    return select(VoteRound).where(OPEN_NOW).order_by(VoteRound.closes_at, VoteRound.id)
