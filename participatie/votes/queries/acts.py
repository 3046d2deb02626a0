"""What two people do together, and who holds keys."""

from datetime import datetime

from sqlalchemy import (
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from participatie.identity.models import Account
from participatie.identity.rules import Role
from participatie.teams.queries import may_work_as
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.holders import KeyHolder
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries.rounds import NO_REHEARSAL
from participatie.votes.rules.acts import OBJECTION_TERM, Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Grade, RoundState


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


_DESTROYED = exists().where(
    BoardEntry.round_id == VoteRound.id, BoardEntry.kind == EntryKind.DESTROYED
)
_LAST_COUNT = (
    select(func.max(Tally.counted_at)).where(Tally.round_id == VoteRound.id).scalar_subquery()
)
_ENDED = case(
    (VoteRound.state == RoundState.BROKEN_OFF, VoteRound.broken_off_at),
    (VoteRound.state == RoundState.PUBLISHED, func.coalesce(_LAST_COUNT, VoteRound.closed_at)),
)


def keys_due(now: datetime) -> Select[VoteRound]:
    """The votes whose keys nobody needs any more, and that still have them."""
    return (
        select(VoteRound)
        .where(
            NO_REHEARSAL,
            VoteRound.seal_public.is_not(None),
            now - OBJECTION_TERM >= _ENDED,
            ~_DESTROYED,
        )
        .order_by(VoteRound.id)
    )


def due_to_destroy() -> Select[VoteAct]:
    """What two people agreed to destroy and is not destroyed."""
    return (
        select(VoteAct)
        .join(VoteRound, VoteRound.id == VoteAct.round_id)
        .where(VoteAct.act == Act.DESTROY, VoteAct.confirmed_at.is_not(None), ~_DESTROYED)
        .order_by(VoteAct.id)
    )


def staff_who_close(process_id: int | None = None) -> Select[Account]:
    """Who can be named to close a vote: clerks, administrators and second persons.

    They are so by office, or in the team of the process of the vote.
    """
    roles = {Role.CLERK, Role.ADMINISTRATOR, Role.SECOND}
    return (
        select(Account)
        .where(may_work_as(roles, process_id), Account.blocked_at.is_(None))
        .order_by(Account.public_name, Account.id)
    )


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
